import CCPU

/// A block of rows times a panel of weights, the rows being found by pointers: a convolution without gathered columns.
///
/// target[offsets[r]] = epilogue(Σ over taps and k of sources[r, tap][k] · weights[tap][k]), for a panel of
/// output lanes. Rows come in tiles of six; the pointers of a last, shorter tile repeat a row.
///
/// - Parameters:
///   - width: floats of a row of the panel: one, two or four vectors.
///   - rows: number of rows, at least one.
///   - sources: (tiles, allTaps, 6) pointers to `depth` floats each.
///   - firstTap, taps: the part of the taps that is summed by this call.
///   - weights: (taps, depth, width), beginning with `firstTap`.
///   - partials: (tiles, 6, width): sums of the calls before, unless this one `begins`; of this call, unless it `ends`.
///   - target, offsets: the place of each row, floats from `target`.
///   - bias: one value per lane of the panel. residual: where `target` lies in what is added; may be `target`.
@inline(never)
package func gemmBlock(
    width: Int, rows: Int, sources: UnsafePointer<UnsafePointer<Float>>, allTaps: Int, firstTap: Int, taps: Int,
    depth: Int, weights: UnsafePointer<Float>, partials: UnsafeMutablePointer<Float>, begins: Bool, ends: Bool,
    target: UnsafeMutablePointer<Float>, offsets: UnsafePointer<Int>, bias: UnsafePointer<Float>?,
    residual: UnsafePointer<Float>?, relu: Bool
) {
    let from = sources + firstTap &* 6
    switch width {
    case FourColumns.count:
        four(rows, from, allTaps, taps, depth, weights, partials, begins, ends, target, offsets, bias, residual, relu)
    case TwoColumns.count:
        two(rows, from, allTaps, taps, depth, weights, partials, begins, ends, target, offsets, bias, residual, relu)
    default:
        one(rows, from, allTaps, taps, depth, weights, partials, begins, ends, target, offsets, bias, residual, relu)
    }
}

// A function of its own for each width: together they are too large for the compiler to inline.

@inline(never)
private func four(
    _ rows: Int, _ sources: UnsafePointer<UnsafePointer<Float>>, _ allTaps: Int, _ taps: Int, _ depth: Int,
    _ weights: UnsafePointer<Float>, _ partials: UnsafeMutablePointer<Float>, _ begins: Bool, _ ends: Bool,
    _ target: UnsafeMutablePointer<Float>, _ offsets: UnsafePointer<Int>, _ bias: UnsafePointer<Float>?,
    _ residual: UnsafePointer<Float>?, _ relu: Bool
) {
    block(
        FourColumns.self, rows, sources, allTaps, taps, depth, weights, partials, begins, ends, target, offsets, bias,
        residual,
        relu)
}

@inline(never)
private func two(
    _ rows: Int, _ sources: UnsafePointer<UnsafePointer<Float>>, _ allTaps: Int, _ taps: Int, _ depth: Int,
    _ weights: UnsafePointer<Float>, _ partials: UnsafeMutablePointer<Float>, _ begins: Bool, _ ends: Bool,
    _ target: UnsafeMutablePointer<Float>, _ offsets: UnsafePointer<Int>, _ bias: UnsafePointer<Float>?,
    _ residual: UnsafePointer<Float>?, _ relu: Bool
) {
    block(
        TwoColumns.self, rows, sources, allTaps, taps, depth, weights, partials, begins, ends, target, offsets, bias,
        residual,
        relu)
}

@inline(never)
private func one(
    _ rows: Int, _ sources: UnsafePointer<UnsafePointer<Float>>, _ allTaps: Int, _ taps: Int, _ depth: Int,
    _ weights: UnsafePointer<Float>, _ partials: UnsafeMutablePointer<Float>, _ begins: Bool, _ ends: Bool,
    _ target: UnsafeMutablePointer<Float>, _ offsets: UnsafePointer<Int>, _ bias: UnsafePointer<Float>?,
    _ residual: UnsafePointer<Float>?, _ relu: Bool
) {
    block(
        OneColumn.self, rows, sources, allTaps, taps, depth, weights, partials, begins, ends, target, offsets, bias,
        residual,
        relu)
}

@inline(__always)
private func block<Row: Columns>(
    _: Row.Type, _ rows: Int, _ sources: UnsafePointer<UnsafePointer<Float>>, _ allTaps: Int, _ taps: Int, _ depth: Int,
    _ weights: UnsafePointer<Float>, _ partials: UnsafeMutablePointer<Float>, _ begins: Bool, _ ends: Bool,
    _ target: UnsafeMutablePointer<Float>, _ offsets: UnsafePointer<Int>, _ bias: UnsafePointer<Float>?,
    _ residual: UnsafePointer<Float>?, _ relu: Bool
) {
    let width = Row.count
    var row = 0
    var from = sources
    var sums = partials
    while row < rows {
        var r0 = Row()
        var r1 = Row()
        var r2 = Row()
        var r3 = Row()
        var r4 = Row()
        var r5 = Row()
        if !begins {
            r0 = Row(at: sums)
            r1 = Row(at: sums + width)
            r2 = Row(at: sums + 2 &* width)
            r3 = Row(at: sums + 3 &* width)
            r4 = Row(at: sums + 4 &* width)
            r5 = Row(at: sums + 5 &* width)
        }
        if ends { fetchRows(width, rows &- row, target, offsets + row, residual) }
        var u = weights
        var tap = 0
        while tap < taps {
            let p = from + tap &* 6
            let x0 = p[0]
            let x1 = p[1]
            let x2 = p[2]
            let x3 = p[3]
            let x4 = p[4]
            let x5 = p[5]
            fetchSources(tap &+ 1 < taps ? p + 6 : row &+ 6 < rows ? from + 6 &* allTaps : p, depth)
            var k = 0
            while k < depth {
                let w = Row(at: u)
                r0.add(Lanes(repeating: x0[k]), w)
                r1.add(Lanes(repeating: x1[k]), w)
                r2.add(Lanes(repeating: x2[k]), w)
                r3.add(Lanes(repeating: x3[k]), w)
                r4.add(Lanes(repeating: x4[k]), w)
                r5.add(Lanes(repeating: x5[k]), w)
                u += width
                k &+= 1
            }
            tap &+= 1
        }
        if ends {
            if let bias {
                let b = Row(at: bias)
                r0.add(b)
                r1.add(b)
                r2.add(b)
                r3.add(b)
                r4.add(b)
                r5.add(b)
            }
            let left = rows &- row
            finish(r0, target, offsets[row], residual, relu)
            if left > 1 { finish(r1, target, offsets[row &+ 1], residual, relu) }
            if left > 2 { finish(r2, target, offsets[row &+ 2], residual, relu) }
            if left > 3 { finish(r3, target, offsets[row &+ 3], residual, relu) }
            if left > 4 { finish(r4, target, offsets[row &+ 4], residual, relu) }
            if left > 5 { finish(r5, target, offsets[row &+ 5], residual, relu) }
        } else {
            r0.store(sums)
            r1.store(sums + width)
            r2.store(sums + 2 &* width)
            r3.store(sums + 3 &* width)
            r4.store(sums + 4 &* width)
            r5.store(sums + 5 &* width)
        }
        row &+= 6
        from += 6 &* allTaps
        sums += 6 &* width
    }
}

@inline(__always)
private func finish<Row: Columns>(
    _ row: Row, _ target: UnsafeMutablePointer<Float>, _ offset: Int, _ residual: UnsafePointer<Float>?, _ relu: Bool
) {
    var row = row
    if let residual { row.add(Row(at: residual + offset)) }
    if relu { row.rectify() }
    row.store(target + offset)
}

/// Asks for the memory of a tile's rows while it is being computed.
@inline(__always)
private func fetchRows(
    _ width: Int, _ rows: Int, _ target: UnsafeMutablePointer<Float>, _ offsets: UnsafePointer<Int>,
    _ residual: UnsafePointer<Float>?
) {
    for r in 0..<(rows < 6 ? rows : 6) {
        var lane = offsets[r]
        let end = lane &+ width
        while lane < end {
            fetch_to_write(target + lane)
            if let residual { fetch(residual + lane) }
            lane &+= 16
        }
    }
}

/// Asks for the rows under the next tap, or under the first tap of the next tile.
@inline(__always)
private func fetchSources(_ sources: UnsafePointer<UnsafePointer<Float>>, _ depth: Int) {
    for r in 0..<6 {
        let row = sources[r]
        var k = 0
        while k < depth {
            fetch(row + k)
            k &+= 16
        }
    }
}
