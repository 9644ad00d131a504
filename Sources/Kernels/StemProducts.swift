import CCPU

/// Products of transformed tiles and transformed weights of the stem, for one panel of output lanes.
///
/// - Parameters:
///   - width: floats of the panel: one, two or four vectors.
///   - tiles: a multiple of six.
///   - tileValues: (frequencies, `valueStride`), of each frequency the values of the tiles under each tap of axis 0, four
///     values of a tile side by side; `places` says where those of the first tile for each of `depth` weights lie.
///   - chunk: products that are summed for themselves before they are added to the rest. Short sums are more exact.
///   - weights: (frequencies, depth, width).
///   - to: (frequencies, `frequencyStride`), of each frequency (tiles, width).
@inline(never)
package func stemProducts(
    width: Int, tiles: Int, frequencies: Int, tileValues: UnsafePointer<Float>, valueStride: Int,
    places: UnsafePointer<Int>, depth: Int, chunk: Int, weights: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>,
    frequencyStride: Int
) {
    for f in 0..<frequencies {
        let from = tileValues + f &* valueStride
        let by = weights + f &* depth &* width
        let target = to + f &* frequencyStride
        // What the next frequency needs. Places of the four phases lie side by side.
        let wanted = from + (f &+ 1 < frequencies ? valueStride : 0)
        for step in 0..<(depth / 4) {
            var value = 0
            while value < 4 &* tiles {
                fetch(wanted + (places[4 &* step] &+ value))
                value &+= 16
            }
        }
        var done = 0
        repeat {
            let some = depth &- done < chunk ? depth &- done : chunk
            let (place, row, adds) = (places + done, by + done &* width, done > 0)
            switch width {
            case FourColumns.count: sixes(FourColumns.self, tiles, from, place, some, row, target, adds)
            case TwoColumns.count: sixes(TwoColumns.self, tiles, from, place, some, row, target, adds)
            default: sixes(OneColumn.self, tiles, from, place, some, row, target, adds)
            }
            done &+= some
        } while done < depth
    }
}

@inline(__always)
private func sixes<C: Columns>(
    _: C.Type, _ tiles: Int, _ tileValues: UnsafePointer<Float>, _ places: UnsafePointer<Int>, _ depth: Int,
    _ weights: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ adds: Bool
) {
    var tile = 0
    while tile < tiles {
        var (r0, r1, r2, r3, r4, r5) = (C(), C(), C(), C(), C(), C())
        var by = weights
        let first = tileValues + 4 &* tile
        // One loop whose length the compiler does not know: else it holds the weights of four steps and spills them.
        for step in 0..<depth {
            let from = first + places[step]
            let values = C(at: by)
            r0.add(Lanes(repeating: from[0]), values)
            r1.add(Lanes(repeating: from[4]), values)
            r2.add(Lanes(repeating: from[8]), values)
            r3.add(Lanes(repeating: from[12]), values)
            r4.add(Lanes(repeating: from[16]), values)
            r5.add(Lanes(repeating: from[20]), values)
            by += C.count
        }
        let target = to + tile &* C.count
        if adds {
            r0.add(C(at: target))
            r1.add(C(at: target + C.count))
            r2.add(C(at: target + 2 &* C.count))
            r3.add(C(at: target + 3 &* C.count))
            r4.add(C(at: target + 4 &* C.count))
            r5.add(C(at: target + 5 &* C.count))
        }
        r0.store(target)
        r1.store(target + C.count)
        r2.store(target + 2 &* C.count)
        r3.store(target + 3 &* C.count)
        r4.store(target + 4 &* C.count)
        r5.store(target + 5 &* C.count)
        tile &+= 6
    }
}
