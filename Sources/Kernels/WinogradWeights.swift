/// Weights of a 3×3×3 kernel to frequencies: a panel of output channels by some input channels.
///
/// Tap t of output channel o and input channel i lies at weight[o · outputStride + i · inputStride + t], counted from the
/// last tap where `flipped`. Its frequency f goes to u[f · frequencyStride + i · panel + o].
///
/// - Parameters:
///   - outputs: output channels that exist; the rest of the panel becomes zero.
///   - panel: a multiple of 16.
///   - scale: one factor per output channel, `outputs` of them, or nil.
///   - scratch: floats for 6 · 6 · 6 vectors and 27 more.
@inline(never)
package func winogradWeight(
    _ weight: UnsafePointer<Float>, _ outputStride: Int, _ inputStride: Int, _ flipped: Bool, _ outputs: Int,
    _ inputs: Int, _ panel: Int, _ scale: UnsafePointer<Float>?, _ nd: Int, _ nh: Int, _ nw: Int,
    _ u: UnsafeMutablePointer<Float>, _ frequencyStride: Int, _ scratch: UnsafeMutablePointer<Float>
) {
    let (row, plane) = (nw &* Lanes.width, nh &* nw &* Lanes.width)
    let taps = scratch + 216 &* Lanes.width
    let frequencyPlane = nh &* nw &* frequencyStride
    var lane = 0
    while lane < panel {
        let lanes = max(0, min(Lanes.width, outputs &- lane))
        if lanes < Lanes.width {
            for tap in 0..<27 { Lanes.zero.store(taps + tap &* Lanes.width) }
        }
        var factors = Lanes(repeating: 1)
        if let scale {
            for o in 0..<lanes { factors[o] = scale[lane &+ o] }
        }
        for i in 0..<inputs {
            for o in 0..<lanes {
                let from = weight + ((lane &+ o) &* outputStride &+ i &* inputStride)
                let to = taps + o
                if flipped {
                    for tap in 0..<27 { to[tap &* Lanes.width] = from[26 &- tap] }
                } else {
                    for tap in 0..<27 { to[tap &* Lanes.width] = from[tap] }
                }
            }
            for a in 0..<3 {
                for b in 0..<3 {
                    let from = taps + (a &* 3 &+ b) &* (3 &* Lanes.width)
                    let to = scratch + (a &* plane &+ b &* row)
                    weightLine(
                        nw, { factors * Lanes(at: from + $0 &* Lanes.width) }, { $1.store(to + $0 &* Lanes.width) })
                }
                for k in 0..<nw {
                    let line = scratch + (a &* plane &+ k &* Lanes.width)
                    weightLine(nh, { Lanes(at: line + $0 &* row) }, { $1.store(line + $0 &* row) })
                }
            }
            let to = u + (i &* panel &+ lane)
            for jk in 0..<(nh &* nw) {
                let line = scratch + jk &* Lanes.width
                let first = to + jk &* frequencyStride
                weightLine(nd, { Lanes(at: line + $0 &* plane) }, { $1.store(first + $0 &* frequencyPlane) })
            }
        }
        lane &+= Lanes.width
    }
}

/// Gradients of frequencies to gradients of weights of a 3×3×3 kernel: some input channels by some output channels.
///
/// Frequency f of input channel i and output channel o lies at u[f · frequencyStride + i · inputStride + o]. Tap t of
/// them goes to dw[o · outputStride + i · 27 + t].
///
/// - Parameters:
///   - outputs: output channels that exist. `u` is read for a whole vector.
///   - adds: to what `dw` holds.
///   - scratch: floats for 6 · 6 · 6 vectors and 27 more.
@inline(never)
package func winogradWeightGradient(
    _ u: UnsafePointer<Float>, _ frequencyStride: Int, _ inputStride: Int, _ nd: Int, _ nh: Int, _ nw: Int,
    _ inputs: Int, _ outputs: Int, _ dw: UnsafeMutablePointer<Float>, _ outputStride: Int,
    _ adds: Bool, _ scratch: UnsafeMutablePointer<Float>
) {
    let (row, plane) = (nw &* Lanes.width, nh &* nw &* Lanes.width)
    let taps = scratch + 216 &* Lanes.width
    let frequencyPlane = nh &* nw &* frequencyStride
    var lane = 0
    while lane < outputs {
        let lanes = min(Lanes.width, outputs &- lane)
        for i in 0..<inputs {
            let from = u + (i &* inputStride &+ lane)
            for jk in 0..<(nh &* nw) {
                let first = from + jk &* frequencyStride
                let line = scratch + jk &* Lanes.width
                weightGradientLine(nd, { Lanes(at: first + $0 &* frequencyPlane) }, { $1.store(line + $0 &* plane) })
            }
            for a in 0..<3 {
                for k in 0..<nw {
                    let line = scratch + (a &* plane &+ k &* Lanes.width)
                    weightGradientLine(nh, { Lanes(at: line + $0 &* row) }, { $1.store(line + $0 &* row) })
                }
                for b in 0..<3 {
                    let line = scratch + (a &* plane &+ b &* row)
                    let to = taps + (a &* 3 &+ b) &* (3 &* Lanes.width)
                    weightGradientLine(
                        nw, { Lanes(at: line + $0 &* Lanes.width) }, { $1.store(to + $0 &* Lanes.width) })
                }
            }
            for o in 0..<lanes {
                let to = dw + ((lane &+ o) &* outputStride &+ i &* 27)
                if adds {
                    for tap in 0..<27 { to[tap] += taps[tap &* Lanes.width &+ o] }
                } else {
                    for tap in 0..<27 { to[tap] = taps[tap &* Lanes.width &+ o] }
                }
            }
        }
        lane &+= Lanes.width
    }
}
