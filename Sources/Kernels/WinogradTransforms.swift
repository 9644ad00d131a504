package import CCPU

// Each kernel works on one vector of channels after the other: along the last axis, then along the middle one in scratch
// memory, then along the first, or the other way round. What runs along an axis is compiled once for each number of points,
// so that no branch stands between registers.

/// The tile of voxels at `x` to its frequencies at `v`, for every channel. Voxels that do not exist count as zero.
///
/// - Parameter scratch: floats for 6 · 6 · 6 vectors.
@inline(never)
package func winogradInput(
    _ tile: UnsafePointer<Tile>, _ x: UnsafePointer<Float>, _ v: UnsafeMutablePointer<Float>,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let tile = tile.pointee
    var lane = 0
    while lane < tile.lanes {
        // What is needed next: more channels, or the tile beside this one.
        let more = lane &+ Lanes.width < tile.lanes
        let next = x + (more ? lane &+ Lanes.width : (tile.w.points &- 2) &* tile.w.stride)
        switch tile.w.points {
        case 4: inputRows(Four.self, tile, x + lane, scratch)
        case 5: inputRows(Five.self, tile, x + lane, scratch)
        default: inputRows(Six.self, tile, x + lane, scratch)
        }
        switch tile.h.points {
        case 4: inputColumns(Four.self, tile, scratch, next)
        case 5: inputColumns(Five.self, tile, scratch, next)
        default: inputColumns(Six.self, tile, scratch, next)
        }
        switch tile.d.points {
        case 4: inputDepths(Four.self, tile, scratch, v + lane)
        case 5: inputDepths(Five.self, tile, scratch, v + lane)
        default: inputDepths(Six.self, tile, scratch, v + lane)
        }
        lane &+= Lanes.width
    }
}

@inline(__always)
private func inputRows<P: Points>(
    _: P.Type, _ tile: Tile, _ x: UnsafePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
) {
    let whole = tile.w.from == 0 && tile.w.to == P.count
    let stride = tile.w.stride
    var to = scratch
    for i in 0..<tile.d.points {
        for j in 0..<tile.h.points {
            let from = x + (i &* tile.d.stride &+ j &* tile.h.stride)
            if i < tile.d.from || i >= tile.d.to || j < tile.h.from || j >= tile.h.to {
                for k in 0..<P.count { Lanes.zero.store(to + k &* Lanes.width) }
            } else if whole {
                P.input({ Lanes(at: from + $0 &* stride) }, { $1.store(to + $0 &* Lanes.width) })
            } else {
                P.input(
                    { $0 >= tile.w.from && $0 < tile.w.to ? Lanes(at: from + $0 &* stride) : .zero },
                    { $1.store(to + $0 &* Lanes.width) })
            }
            to += P.count &* Lanes.width
        }
    }
}

@inline(__always)
private func inputColumns<P: Points>(
    _: P.Type, _ tile: Tile, _ scratch: UnsafeMutablePointer<Float>, _ next: UnsafePointer<Float>
) {
    let row = tile.w.points &* Lanes.width
    for i in 0..<tile.d.points {
        for k in 0..<tile.w.points {
            let wanted = next + (i &* tile.d.stride &+ k &* tile.h.stride)
            for voxel in 0..<6 { fetch(wanted + voxel &* tile.w.stride) }
            let line = scratch + (i &* P.count &* row &+ k &* Lanes.width)
            P.input({ Lanes(at: line + $0 &* row) }, { $1.store(line + $0 &* row) })
        }
    }
}

@inline(__always)
private func inputDepths<P: Points>(
    _: P.Type, _ tile: Tile, _ scratch: UnsafePointer<Float>, _ v: UnsafeMutablePointer<Float>
) {
    let count = tile.h.points &* tile.w.points
    let (plane, frequencyPlane) = (count &* Lanes.width, count &* tile.frequencyStride)
    for jk in 0..<count {
        let line = scratch + jk &* Lanes.width
        let to = v + jk &* tile.frequencyStride
        P.input({ Lanes(at: line + $0 &* plane) }, { $1.store(to + $0 &* frequencyPlane) })
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
    var lane = 0
    while lane < tile.lanes {
        switch tile.w.points {
        case 4: gradientRows(Four.self, tile, dy + lane, scratch)
        case 5: gradientRows(Five.self, tile, dy + lane, scratch)
        default: gradientRows(Six.self, tile, dy + lane, scratch)
        }
        switch tile.h.points {
        case 4: gradientColumns(Four.self, tile, scratch)
        case 5: gradientColumns(Five.self, tile, scratch)
        default: gradientColumns(Six.self, tile, scratch)
        }
        switch tile.d.points {
        case 4: gradientDepths(Four.self, tile, scratch, z + lane)
        case 5: gradientDepths(Five.self, tile, scratch, z + lane)
        default: gradientDepths(Six.self, tile, scratch, z + lane)
        }
        lane &+= Lanes.width
    }
}

@inline(__always)
private func gradientRows<P: Points>(
    _: P.Type, _ tile: Tile, _ dy: UnsafePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
) {
    let stride = tile.w.stride
    for i in 0..<(tile.d.points &- 2) {
        for j in 0..<(tile.h.points &- 2) {
            let to = scratch + (i &* tile.h.points &+ j) &* (P.count &* Lanes.width)
            let from = dy + (i &* tile.d.stride &+ j &* tile.h.stride)
            if i >= tile.d.to || j >= tile.h.to {
                for k in 0..<P.count { Lanes.zero.store(to + k &* Lanes.width) }
            } else {
                P.gradient(
                    { $0 < tile.w.to ? Lanes(at: from + $0 &* stride) : .zero },
                    { $1.store(to + $0 &* Lanes.width) })
            }
        }
    }
}

@inline(__always)
private func gradientColumns<P: Points>(_: P.Type, _ tile: Tile, _ scratch: UnsafeMutablePointer<Float>) {
    let row = tile.w.points &* Lanes.width
    for i in 0..<(tile.d.points &- 2) {
        for k in 0..<tile.w.points {
            let line = scratch + (i &* P.count &* row &+ k &* Lanes.width)
            P.gradient({ Lanes(at: line + $0 &* row) }, { $1.store(line + $0 &* row) })
        }
    }
}

@inline(__always)
private func gradientDepths<P: Points>(
    _: P.Type, _ tile: Tile, _ scratch: UnsafePointer<Float>, _ z: UnsafeMutablePointer<Float>
) {
    let count = tile.h.points &* tile.w.points
    let (plane, frequencyPlane) = (count &* Lanes.width, count &* tile.frequencyStride)
    for jk in 0..<count {
        let line = scratch + jk &* Lanes.width
        let to = z + jk &* tile.frequencyStride
        P.gradient({ Lanes(at: line + $0 &* plane) }, { $1.store(to + $0 &* frequencyPlane) })
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
    var lane = 0
    while lane < tile.lanes {
        let added: Lanes = if let bias { Lanes(at: bias + lane) } else { .zero }
        fetchOutputs(tile, y + lane, residual.map { $0 + lane })
        switch tile.d.points {
        case 4: outputDepths(Four.self, tile, m + lane, scratch)
        case 5: outputDepths(Five.self, tile, m + lane, scratch)
        default: outputDepths(Six.self, tile, m + lane, scratch)
        }
        switch tile.h.points {
        case 4: outputColumns(Four.self, tile, scratch)
        case 5: outputColumns(Five.self, tile, scratch)
        default: outputColumns(Six.self, tile, scratch)
        }
        switch tile.w.points {
        case 4: outputRows(Four.self, tile, scratch, y, lane, added, residual, relu)
        case 5: outputRows(Five.self, tile, scratch, y, lane, added, residual, relu)
        default: outputRows(Six.self, tile, scratch, y, lane, added, residual, relu)
        }
        lane &+= Lanes.width
    }
}

/// Asks for the memory that the outputs of a tile go to.
@inline(__always)
private func fetchOutputs(_ tile: Tile, _ y: UnsafePointer<Float>, _ residual: UnsafePointer<Float>?) {
    for i in 0..<tile.d.to {
        for j in 0..<tile.h.to {
            let row = i &* tile.d.stride &+ j &* tile.h.stride
            for k in 0..<tile.w.to {
                fetch_to_write(y + (row &+ k &* tile.w.stride))
                if let residual { fetch(residual + (row &+ k &* tile.w.stride)) }
            }
        }
    }
}

@inline(__always)
private func outputDepths<P: Points>(
    _: P.Type, _ tile: Tile, _ m: UnsafePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
) {
    let count = tile.h.points &* tile.w.points
    let (plane, frequencyPlane) = (count &* Lanes.width, count &* tile.frequencyStride)
    for jk in 0..<count {
        let from = m + jk &* tile.frequencyStride
        let line = scratch + jk &* Lanes.width
        P.output({ Lanes(at: from + $0 &* frequencyPlane) }, { $1.store(line + $0 &* plane) })
    }
}

@inline(__always)
private func outputColumns<P: Points>(_: P.Type, _ tile: Tile, _ scratch: UnsafeMutablePointer<Float>) {
    let row = tile.w.points &* Lanes.width
    for i in 0..<tile.d.to {
        for k in 0..<tile.w.points {
            let line = scratch + (i &* P.count &* row &+ k &* Lanes.width)
            P.output({ Lanes(at: line + $0 &* row) }, { $1.store(line + $0 &* row) })
        }
    }
}

@inline(__always)
private func outputRows<P: Points>(
    _: P.Type, _ tile: Tile, _ scratch: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ lane: Int,
    _ added: Lanes, _ residual: UnsafePointer<Float>?, _ relu: Bool
) {
    let stride = tile.w.stride
    for i in 0..<tile.d.to {
        for j in 0..<tile.h.to {
            let line = scratch + (i &* tile.h.points &+ j) &* (P.count &* Lanes.width)
            let place = i &* tile.d.stride &+ j &* tile.h.stride &+ lane
            P.output(
                { Lanes(at: line + $0 &* Lanes.width) },
                { k, sum in
                    guard k < tile.w.to else { return }
                    let at = place &+ k &* stride
                    var value = sum + added
                    if let residual { value += Lanes(at: residual + at) }
                    (relu ? value.rectified : value).store(y + at)
                })
        }
    }
}
