// The gradient of the stem's weight in the frequencies of `StemInput.swift`.

/// Takes tiles of 4×4 gradients of one output plane to the frequencies: `stemOutput` the other way round.
///
/// - Parameters:
///   - width: floats of the panel, a multiple of 16.
///   - first, count: the tiles of this call, counted over the plane row by row.
///   - plane: (height, columns, lanes), beginning with the first lane of the panel.
///   - room: 28 vectors.
///   - to: (49, `frequencyStride`), of each frequency (count, width).
@inline(never)
package func stemGradientInput(
    width: Int, first: Int, count: Int, tilesAcross: Int, plane: UnsafePointer<Float>, height: Int, columns: Int,
    lanes: Int, room: UnsafeMutablePointer<Float>, to: UnsafeMutablePointer<Float>, frequencyStride: Int
) {
    let vector = Lanes.width
    for tile in 0..<count {
        let y0 = 4 &* ((first &+ tile) / tilesAcross)
        let x0 = 4 &* ((first &+ tile) % tilesAcross)
        var lane = 0
        while lane < width {
            for y in 0..<4 {
                let from = plane + (((y0 &+ y) &* columns &+ x0) &* lanes &+ lane)
                let inside = y0 &+ y < height
                forth(
                    inside ? Lanes(at: from) : .zero,
                    inside && x0 &+ 1 < columns ? Lanes(at: from + lanes) : .zero,
                    inside && x0 &+ 2 < columns ? Lanes(at: from + 2 &* lanes) : .zero,
                    inside && x0 &+ 3 < columns ? Lanes(at: from + 3 &* lanes) : .zero,
                    room + 7 &* y &* vector, vector)
            }
            for x in 0..<7 {
                let from = room + x &* vector
                forth(
                    Lanes(at: from), Lanes(at: from + 7 &* vector), Lanes(at: from + 14 &* vector),
                    Lanes(at: from + 21 &* vector), to + (x &* frequencyStride &+ tile &* width &+ lane),
                    7 &* frequencyStride)
            }
            lane &+= vector
        }
    }
}

/// Four gradients at the seven points: at p the sum of pⁱ · dᵢ, at infinity the last alone.
@inline(__always)
private func forth(
    _ d0: Lanes, _ d1: Lanes, _ d2: Lanes, _ d3: Lanes, _ to: UnsafeMutablePointer<Float>, _ step: Int
) {
    @inline(__always) func pair(_ point: Float, _ place: UnsafeMutablePointer<Float>) {
        let square = Lanes(repeating: point * point)
        let even = fused(square, d2, d0)
        let odd = Lanes(repeating: point) * fused(square, d3, d1)
        (even + odd).store(place)
        (even - odd).store(place + step)
    }
    pair(StemPoints.a, to)
    pair(StemPoints.b, to + 2 &* step)
    pair(StemPoints.c, to + 4 &* step)
    d3.store(to + 6 &* step)
}

/// Adds the products of transformed inputs and transformed gradients of a group of tiles, for one panel of output lanes.
///
/// - Parameters:
///   - width: floats of the panel: one, two or four vectors.
///   - tileValues: (49, `valueStride`), of each frequency the values of the tiles under each tap of axis 0, four phases of a
///     tile side by side; `places` says where the first tile's first phase lies for each of the seven taps.
///   - gradients: (49, `gradientStride`), of each frequency (tiles, width).
///   - sums: (49, 28, width), four phases of each tap.
@inline(never)
package func stemGradientProducts(
    width: Int, tiles: Int, tileValues: UnsafePointer<Float>, valueStride: Int, places: UnsafePointer<Int>,
    gradients: UnsafePointer<Float>, gradientStride: Int, sums: UnsafeMutablePointer<Float>
) {
    for f in 0..<49 {
        let values = tileValues + f &* valueStride
        let from = gradients + f &* gradientStride
        let to = sums + f &* 28 &* width
        switch width {
        case FourColumns.count: phases(FourColumns.self, tiles, values, places, from, to)
        case TwoColumns.count: phases(TwoColumns.self, tiles, values, places, from, to)
        default: phases(OneColumn.self, tiles, values, places, from, to)
        }
    }
}

@inline(__always)
private func phases<C: Columns>(
    _: C.Type, _ tiles: Int, _ tileValues: UnsafePointer<Float>, _ places: UnsafePointer<Int>,
    _ gradients: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>
) {
    for tap in 0..<7 {
        let to = sums + 4 &* tap &* C.count
        var (r0, r1) = (C(at: to), C(at: to + C.count))
        var (r2, r3) = (C(at: to + 2 &* C.count), C(at: to + 3 &* C.count))
        var value = tileValues + places[tap]
        var gradient = gradients
        for _ in 0..<tiles {
            let d = C(at: gradient)
            r0.add(Lanes(repeating: value[0]), d)
            r1.add(Lanes(repeating: value[1]), d)
            r2.add(Lanes(repeating: value[2]), d)
            r3.add(Lanes(repeating: value[3]), d)
            value += 4
            gradient += C.count
        }
        r0.store(to)
        r1.store(to + C.count)
        r2.store(to + 2 &* C.count)
        r3.store(to + 3 &* C.count)
    }
}
