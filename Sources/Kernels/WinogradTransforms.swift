package import CCPU

/// The tile of voxels at `x` to its frequencies at `v`, for every channel. Voxels that do not exist count as zero.
///
/// - Parameter scratch: floats for 6 · 6 · 6 vectors.
@inline(never)
package func winogradInput(
    _ tile: UnsafePointer<Tile>, _ x: UnsafePointer<Float>, _ v: UnsafeMutablePointer<Float>,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let tile = tile.pointee
    let (nd, nh, nw) = (tile.d.points, tile.h.points, tile.w.points)
    let (row, plane) = (nw &* Lanes.width, nh &* nw &* Lanes.width)
    let whole = tile.w.from == 0 && tile.w.to == nw
    let (wStride, wFrom, wTo) = (tile.w.stride, tile.w.from, tile.w.to)
    var lane = 0
    while lane < tile.lanes {
        for i in 0..<nd {
            for j in 0..<nh {
                let to = scratch + (i &* plane &+ j &* row)
                if i < tile.d.from || i >= tile.d.to || j < tile.h.from || j >= tile.h.to {
                    for k in 0..<nw { Lanes.zero.store(to + k &* Lanes.width) }
                    continue
                }
                let from = x + (i &* tile.d.stride &+ j &* tile.h.stride &+ lane)
                if whole {
                    inputLine(nw, { Lanes(at: from + $0 &* wStride) }, { $1.store(to + $0 &* Lanes.width) })
                } else {
                    inputLine(
                        nw, { $0 >= wFrom && $0 < wTo ? Lanes(at: from + $0 &* wStride) : .zero },
                        { $1.store(to + $0 &* Lanes.width) })
                }
            }
        }
        for i in 0..<nd {
            for k in 0..<nw {
                let line = scratch + (i &* plane &+ k &* Lanes.width)
                inputLine(nh, { Lanes(at: line + $0 &* row) }, { $1.store(line + $0 &* row) })
            }
        }
        let frequencyPlane = nh &* nw &* tile.frequencyStride
        for jk in 0..<(nh &* nw) {
            let line = scratch + jk &* Lanes.width
            let to = v + (jk &* tile.frequencyStride &+ lane)
            inputLine(nd, { Lanes(at: line + $0 &* plane) }, { $1.store(to + $0 &* frequencyPlane) })
        }
        lane &+= Lanes.width
    }
}

/// The tile of output gradients at `dy` to frequencies at `z`, for every channel. Voxels that do not exist count as zero.
///
/// - Parameter scratch: floats for 6 · 6 · 6 vectors.
@inline(never)
package func winogradGradient(
    _ tile: UnsafePointer<Tile>, _ dy: UnsafePointer<Float>, _ z: UnsafeMutablePointer<Float>,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let tile = tile.pointee
    let (nd, nh, nw) = (tile.d.points, tile.h.points, tile.w.points)
    let (row, plane) = (nw &* Lanes.width, nh &* nw &* Lanes.width)
    let (wStride, wTo) = (tile.w.stride, tile.w.to)
    var lane = 0
    while lane < tile.lanes {
        for i in 0..<(nd &- 2) {
            for j in 0..<(nh &- 2) {
                let to = scratch + (i &* plane &+ j &* row)
                if i >= tile.d.to || j >= tile.h.to {
                    for k in 0..<nw { Lanes.zero.store(to + k &* Lanes.width) }
                    continue
                }
                let from = dy + (i &* tile.d.stride &+ j &* tile.h.stride &+ lane)
                gradientLine(
                    nw, { $0 < wTo ? Lanes(at: from + $0 &* wStride) : .zero },
                    { $1.store(to + $0 &* Lanes.width) })
            }
            for k in 0..<nw {
                let line = scratch + (i &* plane &+ k &* Lanes.width)
                gradientLine(nh, { Lanes(at: line + $0 &* row) }, { $1.store(line + $0 &* row) })
            }
        }
        let frequencyPlane = nh &* nw &* tile.frequencyStride
        for jk in 0..<(nh &* nw) {
            let line = scratch + jk &* Lanes.width
            let to = z + (jk &* tile.frequencyStride &+ lane)
            gradientLine(nd, { Lanes(at: line + $0 &* plane) }, { $1.store(to + $0 &* frequencyPlane) })
        }
        lane &+= Lanes.width
    }
}

/// The frequencies of a tile at `m` to its outputs at `y`: max(0, output + bias + residual), each part where given.
///
/// - Parameters:
///   - residual: where `y` has its first voxel; it may be `y` itself.
///   - relu: NaN stays NaN.
///   - scratch: floats for 6 · 6 · 6 vectors.
@inline(never)
package func winogradOutput(
    _ tile: UnsafePointer<Tile>, _ m: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
    _ bias: UnsafePointer<Float>?, _ residual: UnsafePointer<Float>?, _ relu: Bool,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let tile = tile.pointee
    let (nd, nh, nw) = (tile.d.points, tile.h.points, tile.w.points)
    let (row, plane) = (nw &* Lanes.width, nh &* nw &* Lanes.width)
    let frequencyPlane = nh &* nw &* tile.frequencyStride
    let (wStride, wTo) = (tile.w.stride, tile.w.to)
    var lane = 0
    while lane < tile.lanes {
        for jk in 0..<(nh &* nw) {
            let from = m + (jk &* tile.frequencyStride &+ lane)
            let line = scratch + jk &* Lanes.width
            outputLine(nd, { Lanes(at: from + $0 &* frequencyPlane) }, { $1.store(line + $0 &* plane) })
        }
        let added: Lanes = if let bias { Lanes(at: bias + lane) } else { .zero }
        for i in 0..<tile.d.to {
            for k in 0..<nw {
                let line = scratch + (i &* plane &+ k &* Lanes.width)
                outputLine(nh, { Lanes(at: line + $0 &* row) }, { $1.store(line + $0 &* row) })
            }
            for j in 0..<tile.h.to {
                let line = scratch + (i &* plane &+ j &* row)
                let place = i &* tile.d.stride &+ j &* tile.h.stride &+ lane
                outputLine(nw, { Lanes(at: line + $0 &* Lanes.width) }) { k, sum in
                    guard k < wTo else { return }
                    let at = place &+ k &* wStride
                    var value = sum + added
                    if let residual { value += Lanes(at: residual + at) }
                    if relu { value.replace(with: Lanes.zero, where: value .< Lanes.zero) }
                    value.store(y + at)
                }
            }
        }
        lane &+= Lanes.width
    }
}
