/// Products of transformed tiles and transformed weights of the stem, for one panel of output lanes.
///
/// - Parameters:
///   - width: floats of the panel: one, two or four vectors.
///   - tiles: a multiple of six.
///   - ring: (49, 7, `planeStride`): for each frequency, transformed planes; `slots` says which lies under which of the
///     seven taps of axis 0. Four phases of each tile, beginning with the first tile of this call.
///   - weights: (49, 28, width): for each frequency (tap of axis 0, phase).
///   - to: (49, `frequencyStride`), of each frequency (tiles, width).
@inline(never)
package func stemProducts(
    width: Int, tiles: Int, ring: UnsafePointer<Float>, planeStride: Int, slots: UnsafePointer<Int>,
    weights: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, frequencyStride: Int
) {
    for f in 0..<49 {
        let from = ring + f &* 7 &* planeStride
        let by = weights + f &* 28 &* width
        let target = to + f &* frequencyStride
        switch width {
        case FourColumns.count: sixes(FourColumns.self, tiles, from, planeStride, slots, by, target)
        case TwoColumns.count: sixes(TwoColumns.self, tiles, from, planeStride, slots, by, target)
        default: sixes(OneColumn.self, tiles, from, planeStride, slots, by, target)
        }
    }
}

@inline(__always)
private func sixes<C: Columns>(
    _: C.Type, _ tiles: Int, _ ring: UnsafePointer<Float>, _ planeStride: Int, _ slots: UnsafePointer<Int>,
    _ weights: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>
) {
    var tile = 0
    while tile < tiles {
        var (r0, r1, r2, r3, r4, r5) = (C(), C(), C(), C(), C(), C())
        var by = weights
        for tap in 0..<7 {
            let from = ring + (slots[tap] &* planeStride &+ 4 &* tile)
            for phase in 0..<4 {
                let values = C(at: by)
                r0.add(Lanes(repeating: from[phase]), values)
                r1.add(Lanes(repeating: from[4 &+ phase]), values)
                r2.add(Lanes(repeating: from[8 &+ phase]), values)
                r3.add(Lanes(repeating: from[12 &+ phase]), values)
                r4.add(Lanes(repeating: from[16 &+ phase]), values)
                r5.add(Lanes(repeating: from[20 &+ phase]), values)
                by += C.count
            }
        }
        let target = to + tile &* C.count
        r0.store(target)
        r1.store(target + C.count)
        r2.store(target + 2 &* C.count)
        r3.store(target + 3 &* C.count)
        r4.store(target + 4 &* C.count)
        r5.store(target + 5 &* C.count)
        tile &+= 6
    }
}
