/// Brings products of the stem back from the frequencies and writes tiles of 4×4 output voxels of one plane.
///
/// - Parameters:
///   - width: floats of the panel, a multiple of 16.
///   - first, count: the tiles of this call, counted over the plane row by row.
///   - products: (49, `frequencyStride`), of each frequency (count, width).
///   - room: 28 vectors.
///   - plane: (height, columns, lanes), beginning with the first lane of the panel; what hangs over is not written.
///   - bias: one value per lane of the panel.
@inline(never)
package func stemOutput(
    width: Int, first: Int, count: Int, tilesAcross: Int, products: UnsafePointer<Float>, frequencyStride: Int,
    room: UnsafeMutablePointer<Float>, plane: UnsafeMutablePointer<Float>, height: Int, columns: Int, lanes: Int,
    bias: UnsafePointer<Float>?, relu: Bool
) {
    let vector = Lanes.width
    for tile in 0..<count {
        let y0 = 4 &* ((first &+ tile) / tilesAcross)
        let x0 = 4 &* ((first &+ tile) % tilesAcross)
        var lane = 0
        while lane < width {
            let from = products + (tile &* width &+ lane)
            for x in 0..<7 { back(from + x &* frequencyStride, 7 &* frequencyStride, room + x &* vector, 7 &* vector) }
            let b = bias.map { Lanes(at: $0 + lane) } ?? .zero
            let rows = height &- y0 < 4 ? height &- y0 : 4
            for y in 0..<rows {
                let to = plane + (((y0 &+ y) &* columns &+ x0) &* lanes &+ lane)
                let (o0, o1, o2, o3) = values(UnsafePointer(room + 7 &* y &* vector), vector)
                finishStem(o0, b, relu, to)
                if x0 &+ 1 < columns { finishStem(o1, b, relu, to + lanes) }
                if x0 &+ 2 < columns { finishStem(o2, b, relu, to + 2 &* lanes) }
                if x0 &+ 3 < columns { finishStem(o3, b, relu, to + 3 &* lanes) }
            }
            lane &+= vector
        }
    }
}

@inline(__always)
func finishStem(_ value: Lanes, _ bias: Lanes, _ relu: Bool, _ to: UnsafeMutablePointer<Float>) {
    let sum = value + bias
    (relu ? sum.rectified : sum).store(to)
}

/// Seven frequencies to four values.
@inline(__always)
private func back(_ from: UnsafePointer<Float>, _ step: Int, _ to: UnsafeMutablePointer<Float>, _ toStep: Int) {
    let (o0, o1, o2, o3) = values(from, step)
    o0.store(to)
    o1.store(to + toStep)
    o2.store(to + 2 &* toStep)
    o3.store(to + 3 &* toStep)
}

/// The value at i is the sum over the points of pointⁱ · frequency; infinity counts for the last alone.
@inline(__always)
private func values(_ from: UnsafePointer<Float>, _ step: Int) -> (Lanes, Lanes, Lanes, Lanes) {
    let (d0, d1) = (Lanes(at: from), Lanes(at: from + step))
    let (d2, d3) = (Lanes(at: from + 2 &* step), Lanes(at: from + 3 &* step))
    let (d4, d5) = (Lanes(at: from + 4 &* step), Lanes(at: from + 5 &* step))
    let (s1, e1) = (d0 + d1, d0 - d1)
    let (s2, e2) = (d2 + d3, d2 - d3)
    let (s3, e3) = (d4 + d5, d4 - d5)
    let (a, b, c) = (StemPoints.a, StemPoints.b, StemPoints.c)
    let last = Lanes(at: from + 6 &* step)
    return (
        s1 + s2 + s3, sum(a, e1, b, e2, Lanes(repeating: c) * e3),
        sum(a * a, s1, b * b, s2, Lanes(repeating: c * c) * s3),
        sum(a * a * a, e1, b * b * b, e2, fused(Lanes(repeating: c * c * c), e3, last))
    )
}

/// p · x + q · y + rest
@inline(__always)
private func sum(_ p: Float, _ x: Lanes, _ q: Float, _ y: Lanes, _ rest: Lanes) -> Lanes {
    fused(Lanes(repeating: p), x, fused(Lanes(repeating: q), y, rest))
}
