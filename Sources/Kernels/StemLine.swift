// The stem convolution with little rounding: 7 taps at stride 2 along the last axis are 4 taps on each of two phases, even
// and odd columns, done by Winograd's F(2, 4); the taps of the other axes are summed as they are. An output takes 245
// products instead of 343. F(4×4, 4×4) of `StemInput.swift` takes 86, and its errors are five times as large.

/// Evaluation points are ±a, ±b and infinity: of many points tried, among those with the least rounding errors. They and
/// their squares are exact.
enum StemLinePoints {
    @inline(__always) static var a: Float { 0.375 }
    @inline(__always) static var b: Float { 1.25 }
}

/// Transforms one plane of the input for `stemProducts`, in tiles of two output columns.
///
/// - Parameters:
///   - plane: (height, width), or nil for a plane of zeros outside the input.
///   - rows: pairs of input rows, the first beginning three outside.
///   - tiles: tiles of two output columns.
///   - room: 4 · rows · (2 · tiles + 3) floats.
///   - to: (tiles, 5, `frequencyStride`), of each tile and frequency (rows, 4): both phases of both rows of a pair.
@inline(never)
package func stemLineInput(
    plane: UnsafePointer<Float>?, height: Int, width: Int, rows: Int, tiles: Int, room: UnsafeMutablePointer<Float>,
    to: UnsafeMutablePointer<Float>, frequencyStride: Int
) {
    guard let plane else {
        for f in 0..<(5 &* tiles) { (to + f &* frequencyStride).update(repeating: 0, count: 4 &* rows) }
        return
    }
    let columns = 2 &* tiles &+ 3
    splitPhases(plane, height, width, rows, columns, room)
    for tile in 0..<tiles {
        let target = to + 5 &* tile &* frequencyStride
        for row in 0..<rows {
            transform(room + 4 &* (row &* columns &+ 2 &* tile), target + 4 &* row, frequencyStride)
        }
    }
}

/// Five values, four phases each, at the five points.
@inline(__always)
private func transform(_ from: UnsafeMutablePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ step: Int) {
    let (d0, d1, d2) = (fourPhases(from), fourPhases(from + 4), fourPhases(from + 8))
    let (d3, d4) = (fourPhases(from + 12), fourPhases(from + 16))
    let (a, b) = (StemLinePoints.a, StemLinePoints.b)
    let (a2, b2) = (SIMD4<Float>(repeating: -a * a), SIMD4<Float>(repeating: -b * b))
    let (evenA, oddA) = (fused(b2, d1, d3), fused(b2, d0, d2))
    putPhases(fused(SIMD4(repeating: a), oddA, evenA), to)
    putPhases(fused(SIMD4(repeating: -a), oddA, evenA), to + step)
    let (evenB, oddB) = (fused(a2, d1, d3), fused(a2, d0, d2))
    putPhases(fused(SIMD4(repeating: b), oddB, evenB), to + 2 &* step)
    putPhases(fused(SIMD4(repeating: -b), oddB, evenB), to + 3 &* step)
    let high = fused(SIMD4(repeating: -(a * a + b * b)), d2, d4)
    putPhases(fused(SIMD4(repeating: a * a * b * b), d0, high), to + 4 &* step)
}

/// Brings products back from the frequencies and writes one tile, two output columns, of some lines of a plane.
///
/// - Parameters:
///   - width: floats of the panel, a multiple of the vector.
///   - first, count: the lines.
///   - tile: number of the tile along a line.
///   - products: (5, `frequencyStride`), of each frequency (count, width).
///   - plane: (lines, columns, lanes), beginning with the first lane of the panel; what hangs over is not written.
///   - bias: one value per lane of the panel.
@inline(never)
package func stemLineOutput(
    width: Int, first: Int, count: Int, tile: Int, products: UnsafePointer<Float>, frequencyStride: Int,
    plane: UnsafeMutablePointer<Float>, columns: Int, lanes: Int, bias: UnsafePointer<Float>?, relu: Bool
) {
    let (a, b) = (StemLinePoints.a, StemLinePoints.b)
    let isWhole = 2 &* tile &+ 1 < columns
    for line in 0..<count {
        let target = plane + ((first &+ line) &* columns &+ 2 &* tile) &* lanes
        var lane = 0
        while lane < width {
            let from = products + (line &* width &+ lane)
            let (m0, m1) = (Lanes(at: from), Lanes(at: from + frequencyStride))
            let (m2, m3) = (Lanes(at: from + 2 &* frequencyStride), Lanes(at: from + 3 &* frequencyStride))
            let more = bias.map { Lanes(at: $0 + lane) } ?? .zero
            finishStem((m0 + m1) + (m2 + m3), more, relu, target + lane)
            if isWhole {
                let last = Lanes(at: from + 4 &* frequencyStride)
                let odd = fused(Lanes(repeating: a), m0 - m1, fused(Lanes(repeating: b), m2 - m3, last))
                finishStem(odd, more, relu, target + (lanes &+ lane))
            }
            lane &+= Lanes.width
        }
    }
}
