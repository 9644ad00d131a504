import CCPU

/// Sums of products of two sets of rows over many positions: sums[i][j] += Σ over p of x[i][xOffsets[p]] · y[p][j].
///
/// The gradient of a convolution's weight for one tap, `i` counting its input channels; or, where there is one input
/// channel, `i` counting taps.
///
/// - Parameters:
///   - width: floats of one row of `y` that take part: one, two or four vectors.
///   - tiles: `i` comes in tiles of six.
///   - x: 6 · tiles pointers; each gives one float at each of `xOffsets`.
///   - y: (count, width)
///   - sums: (6 · tiles, width), added to.
@inline(never)
package func outerBlock(
    width: Int, tiles: Int, x: UnsafePointer<UnsafePointer<Float>>, xOffsets: UnsafePointer<Int>,
    y: UnsafePointer<Float>, count: Int, sums: UnsafeMutablePointer<Float>
) {
    for tile in 0..<tiles {
        let from = x + 6 &* tile
        let to = sums + 6 &* width &* tile
        switch width {
        case FourColumns.count: outer(FourColumns.self, from, xOffsets, y, count, to)
        case TwoColumns.count: outer(TwoColumns.self, from, xOffsets, y, count, to)
        default: outer(OneColumn.self, from, xOffsets, y, count, to)
        }
    }
}

@inline(__always)
private func outer<Row: Columns>(
    _: Row.Type, _ x: UnsafePointer<UnsafePointer<Float>>, _ xOffsets: UnsafePointer<Int>, _ y: UnsafePointer<Float>,
    _ count: Int, _ sums: UnsafeMutablePointer<Float>
) {
    let width = Row.count
    let x0 = x[0]
    let x1 = x[1]
    let x2 = x[2]
    let x3 = x[3]
    let x4 = x[4]
    let x5 = x[5]
    var r0 = Row(at: sums)
    var r1 = Row(at: sums + width)
    var r2 = Row(at: sums + 2 &* width)
    var r3 = Row(at: sums + 3 &* width)
    var r4 = Row(at: sums + 4 &* width)
    var r5 = Row(at: sums + 5 &* width)
    var p = 0
    while p < count {
        let o = xOffsets[p]
        let w = Row(at: y + p &* width)
        r0.add(Lanes(repeating: x0[o]), w)
        r1.add(Lanes(repeating: x1[o]), w)
        r2.add(Lanes(repeating: x2[o]), w)
        r3.add(Lanes(repeating: x3[o]), w)
        r4.add(Lanes(repeating: x4[o]), w)
        r5.add(Lanes(repeating: x5[o]), w)
        p &+= 1
    }
    r0.store(sums)
    r1.store(sums + width)
    r2.store(sums + 2 &* width)
    r3.store(sums + 3 &* width)
    r4.store(sums + 4 &* width)
    r5.store(sums + 5 &* width)
}

/// Brings rows together that lie apart: to[p] = from[offsets[p]], `width` floats each, a multiple of 8.
///
/// Rows that lie a power of two apart meet in few sets of the cache, and no stream of reads runs ahead of them.
@inline(never)
package func gatherRows(
    width: Int, count: Int, from: UnsafePointer<Float>, offsets: UnsafePointer<Int>, to: UnsafeMutablePointer<Float>
) {
    // Most often the next block of rows goes on where this one ends.
    let ahead = count > 1 ? (offsets[1] &- offsets[0]) &* count : 0
    for p in 0..<count {
        let (row, target) = (from + offsets[p], to + p &* width)
        let wanted = row + ahead
        var lane = 0
        while lane < width {
            fetch(wanted + lane)
            Lanes(at: row + lane).store(target + lane)
            lane &+= Lanes.width
        }
    }
}
