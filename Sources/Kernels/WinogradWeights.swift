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
    let taps = scratch + 216 &* Lanes.width
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
            gather(weight + (lane &* outputStride &+ i &* inputStride), outputStride, lanes, flipped, taps)
            switch nw {
            case 4: weightRows(Four.self, nh, taps, factors, scratch)
            case 5: weightRows(Five.self, nh, taps, factors, scratch)
            default: weightRows(Six.self, nh, taps, factors, scratch)
            }
            switch nh {
            case 4: weightColumns(Four.self, nw, scratch)
            case 5: weightColumns(Five.self, nw, scratch)
            default: weightColumns(Six.self, nw, scratch)
            }
            let to = u + (i &* panel &+ lane)
            switch nd {
            case 4: weightDepths(Four.self, nh &* nw, scratch, to, frequencyStride)
            case 5: weightDepths(Five.self, nh &* nw, scratch, to, frequencyStride)
            default: weightDepths(Six.self, nh &* nw, scratch, to, frequencyStride)
            }
        }
        lane &+= Lanes.width
    }
}

/// 27 taps of each of `lanes` channels, `stride` apart, to vectors of channels: one per tap, backwards where `flipped`.
@inline(__always)
private func gather(
    _ weight: UnsafePointer<Float>, _ stride: Int, _ lanes: Int, _ flipped: Bool, _ taps: UnsafeMutablePointer<Float>
) {
    let (first, step) = flipped ? (taps + 26 &* Lanes.width, -Lanes.width) : (taps, Lanes.width)
    if lanes == Lanes.width {
        var tap = 0
        while tap < 27 {
            // The last square reaches back over the one before it, so as to end with the last tap.
            tap = min(tap, 27 &- Lanes.width)
            Lanes.transpose(weight + tap, stride, first + tap &* step, step)
            tap &+= Lanes.width
        }
    } else {
        for channel in 0..<lanes {
            for tap in 0..<27 { first[tap &* step &+ channel] = weight[channel &* stride &+ tap] }
        }
    }
}

/// The way back: vectors of channels to 27 taps of each channel.
@inline(__always)
private func scatter(
    _ taps: UnsafePointer<Float>, _ lanes: Int, _ adds: Bool, _ dw: UnsafeMutablePointer<Float>, _ stride: Int
) {
    if lanes == Lanes.width && !adds {
        var tap = 0
        while tap < 27 {
            tap = min(tap, 27 &- Lanes.width)
            Lanes.transpose(taps + tap &* Lanes.width, Lanes.width, dw + tap, stride)
            tap &+= Lanes.width
        }
    } else {
        for channel in 0..<lanes {
            for tap in 0..<27 {
                let before = adds ? dw[channel &* stride &+ tap] : 0
                dw[channel &* stride &+ tap] = before + taps[tap &* Lanes.width &+ channel]
            }
        }
    }
}

@inline(__always)
private func weightRows<P: Points>(
    _: P.Type, _ nh: Int, _ taps: UnsafePointer<Float>, _ factors: Lanes, _ scratch: UnsafeMutablePointer<Float>
) {
    for a in 0..<3 {
        for b in 0..<3 {
            let from = taps + (a &* 3 &+ b) &* (3 &* Lanes.width)
            let to = scratch + (a &* nh &+ b) &* (P.count &* Lanes.width)
            P.weight({ factors * Lanes(at: from + $0 &* Lanes.width) }, { $1.store(to + $0 &* Lanes.width) })
        }
    }
}

@inline(__always)
private func weightColumns<P: Points>(_: P.Type, _ nw: Int, _ scratch: UnsafeMutablePointer<Float>) {
    let row = nw &* Lanes.width
    for a in 0..<3 {
        for k in 0..<nw {
            let line = scratch + (a &* P.count &* row &+ k &* Lanes.width)
            P.weight({ Lanes(at: line + $0 &* row) }, { $1.store(line + $0 &* row) })
        }
    }
}

@inline(__always)
private func weightDepths<P: Points>(
    _: P.Type, _ count: Int, _ scratch: UnsafePointer<Float>, _ u: UnsafeMutablePointer<Float>, _ frequencyStride: Int
) {
    let (plane, frequencyPlane) = (count &* Lanes.width, count &* frequencyStride)
    for jk in 0..<count {
        let line = scratch + jk &* Lanes.width
        let to = u + jk &* frequencyStride
        P.weight({ Lanes(at: line + $0 &* plane) }, { $1.store(to + $0 &* frequencyPlane) })
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
    let taps = scratch + 216 &* Lanes.width
    var lane = 0
    while lane < outputs {
        let lanes = min(Lanes.width, outputs &- lane)
        for i in 0..<inputs {
            let from = u + (i &* inputStride &+ lane)
            switch nd {
            case 4: weightGradientDepths(Four.self, nh &* nw, from, frequencyStride, scratch)
            case 5: weightGradientDepths(Five.self, nh &* nw, from, frequencyStride, scratch)
            default: weightGradientDepths(Six.self, nh &* nw, from, frequencyStride, scratch)
            }
            switch nh {
            case 4: weightGradientColumns(Four.self, nw, scratch)
            case 5: weightGradientColumns(Five.self, nw, scratch)
            default: weightGradientColumns(Six.self, nw, scratch)
            }
            switch nw {
            case 4: weightGradientRows(Four.self, nh, scratch, taps)
            case 5: weightGradientRows(Five.self, nh, scratch, taps)
            default: weightGradientRows(Six.self, nh, scratch, taps)
            }
            scatter(taps, lanes, adds, dw + (lane &* outputStride &+ i &* 27), outputStride)
        }
        lane &+= Lanes.width
    }
}

@inline(__always)
private func weightGradientDepths<P: Points>(
    _: P.Type, _ count: Int, _ u: UnsafePointer<Float>, _ frequencyStride: Int, _ scratch: UnsafeMutablePointer<Float>
) {
    let (plane, frequencyPlane) = (count &* Lanes.width, count &* frequencyStride)
    for jk in 0..<count {
        let from = u + jk &* frequencyStride
        let line = scratch + jk &* Lanes.width
        P.weightGradient({ Lanes(at: from + $0 &* frequencyPlane) }, { $1.store(line + $0 &* plane) })
    }
}

@inline(__always)
private func weightGradientColumns<P: Points>(_: P.Type, _ nw: Int, _ scratch: UnsafeMutablePointer<Float>) {
    let row = nw &* Lanes.width
    for a in 0..<3 {
        for k in 0..<nw {
            let line = scratch + (a &* P.count &* row &+ k &* Lanes.width)
            P.weightGradient({ Lanes(at: line + $0 &* row) }, { $1.store(line + $0 &* row) })
        }
    }
}

@inline(__always)
private func weightGradientRows<P: Points>(
    _: P.Type, _ nh: Int, _ scratch: UnsafePointer<Float>, _ taps: UnsafeMutablePointer<Float>
) {
    for a in 0..<3 {
        for b in 0..<3 {
            let line = scratch + (a &* nh &+ b) &* (P.count &* Lanes.width)
            let to = taps + (a &* 3 &+ b) &* (3 &* Lanes.width)
            P.weightGradient({ Lanes(at: line + $0 &* Lanes.width) }, { $1.store(to + $0 &* Lanes.width) })
        }
    }
}
