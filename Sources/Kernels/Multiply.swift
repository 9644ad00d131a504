// The kernels. These files are compiled once for every instruction set, each time with that target's own `Lanes`.
//
// Entry points are `package` functions marked `@inline(never)` whose arguments are pointers, integers and Bools: code of
// another instruction set would hand over a vector in other registers. Nothing here is generic for others, `@inlinable` or
// checked; callers check shapes.

/// C = A · B, or C += A · B where `adds`: the product is summed up by itself first, so that sums over many parts of a depth
/// have smaller rounding errors than one over the whole.
///
/// Value (i, k) of A lies at i · aRow + k · aDepth. B has panels of `panel` columns; value (k, j) of a panel lies at
/// k · bDepth + j, the next panel `bPanel` after it. Rows of C lie `cRow` apart.
///
/// - Parameters:
///   - rows: a multiple of 2, at least 4.
///   - columns: a multiple of `panel`.
///   - panel: a multiple of 16; 64 is best.
@inline(never)
package func multiply(
    rows: Int, columns: Int, depth: Int, panel: Int, a: UnsafePointer<Float>, aRow: Int, aDepth: Int,
    b: UnsafePointer<Float>, bDepth: Int, bPanel: Int, c: UnsafeMutablePointer<Float>, cRow: Int, adds: Bool
) {
    // Sixes, and one or two fours so that nothing is left over.
    let fours = rows % 6 == 0 ? 0 : rows % 6 == 4 ? 1 : 2
    let sixes = (rows &- 4 &* fours) / 6
    var column = 0
    while column < columns {
        let panelStart = b + column / panel &* bPanel
        var inside = 0
        while inside < panel {
            let bBase = panelStart + inside
            let wide = panel &- inside >= WideColumns.count
            var row = 0
            for block in 0..<(sixes &+ fours) {
                let aBase = a + row &* aRow
                let cBase = c + (row &* cRow &+ column &+ inside)
                if block < sixes {
                    if wide {
                        six(WideColumns.self, depth, aBase, aRow, aDepth, bBase, bDepth, cBase, cRow, adds)
                    } else {
                        six(OneColumn.self, depth, aBase, aRow, aDepth, bBase, bDepth, cBase, cRow, adds)
                    }
                    row &+= 6
                } else {
                    if wide {
                        four(WideColumns.self, depth, aBase, aRow, aDepth, bBase, bDepth, cBase, cRow, adds)
                    } else {
                        four(OneColumn.self, depth, aBase, aRow, aDepth, bBase, bDepth, cBase, cRow, adds)
                    }
                    row &+= 4
                }
            }
            inside &+= wide ? WideColumns.count : OneColumn.count
        }
        column &+= panel
    }
}

/// Six rows of C.
@inline(__always)
private func six<C: Columns>(
    _: C.Type, _ depth: Int, _ a: UnsafePointer<Float>, _ aRow: Int, _ aDepth: Int, _ b: UnsafePointer<Float>,
    _ bDepth: Int, _ c: UnsafeMutablePointer<Float>, _ cRow: Int, _ adds: Bool
) {
    var (r0, r1, r2, r3, r4, r5) = (C(), C(), C(), C(), C(), C())
    var (from, by) = (a, b)
    for _ in 0..<depth {
        let values = C(at: by)
        r0.add(Lanes(repeating: from[0]), values)
        r1.add(Lanes(repeating: from[aRow]), values)
        r2.add(Lanes(repeating: from[2 &* aRow]), values)
        r3.add(Lanes(repeating: from[3 &* aRow]), values)
        r4.add(Lanes(repeating: from[4 &* aRow]), values)
        r5.add(Lanes(repeating: from[5 &* aRow]), values)
        from += aDepth
        by += bDepth
    }
    if adds {
        r0.add(C(at: c))
        r1.add(C(at: c + cRow))
        r2.add(C(at: c + 2 &* cRow))
        r3.add(C(at: c + 3 &* cRow))
        r4.add(C(at: c + 4 &* cRow))
        r5.add(C(at: c + 5 &* cRow))
    }
    r0.store(c)
    r1.store(c + cRow)
    r2.store(c + 2 &* cRow)
    r3.store(c + 3 &* cRow)
    r4.store(c + 4 &* cRow)
    r5.store(c + 5 &* cRow)
}

/// Four rows of C.
@inline(__always)
private func four<C: Columns>(
    _: C.Type, _ depth: Int, _ a: UnsafePointer<Float>, _ aRow: Int, _ aDepth: Int, _ b: UnsafePointer<Float>,
    _ bDepth: Int, _ c: UnsafeMutablePointer<Float>, _ cRow: Int, _ adds: Bool
) {
    var (r0, r1, r2, r3) = (C(), C(), C(), C())
    var (from, by) = (a, b)
    for _ in 0..<depth {
        let values = C(at: by)
        r0.add(Lanes(repeating: from[0]), values)
        r1.add(Lanes(repeating: from[aRow]), values)
        r2.add(Lanes(repeating: from[2 &* aRow]), values)
        r3.add(Lanes(repeating: from[3 &* aRow]), values)
        from += aDepth
        by += bDepth
    }
    if adds {
        r0.add(C(at: c))
        r1.add(C(at: c + cRow))
        r2.add(C(at: c + 2 &* cRow))
        r3.add(C(at: c + 3 &* cRow))
    }
    r0.store(c)
    r1.store(c + cRow)
    r2.store(c + 2 &* cRow)
    r3.store(c + 3 &* cRow)
}
