// The stem convolution, 7×7 within a plane at stride 2, as sums of 4×4 convolutions of four half-resolution images (the
// phases: even and odd rows, even and odd columns), each by Winograd's F(4×4, 4×4): 49 products instead of 256.
//
// Evaluation points are ±a, ±b, ±c and infinity.

/// Of many points tried, those with the least rounding errors, 2.4 times smaller than with 1/2, 1 and 2. They and their
/// powers are exact.
enum StemPoints {
    @inline(__always) static var a: Float { 0.34375 }
    @inline(__always) static var b: Float { 0.875 }
    @inline(__always) static var c: Float { 1.875 }
}

/// Transforms one plane of the input for `stemProducts`.
///
/// - Parameters:
///   - plane: (height, width), or nil for a plane of zeros outside the input.
///   - tilesDown, tilesAcross: tiles of 4×4 output values.
///   - room: 4 · ((4 · tilesDown + 3) · (4 · tilesAcross + 3) + 49) floats.
///   - to: (groups of tiles, 49, `frequencyStride`); the four phases of each tile of a group are written side by side.
///   - group: tiles of a group.
@inline(never)
package func stemInput(
    plane: UnsafePointer<Float>?, height: Int, width: Int, tilesDown: Int, tilesAcross: Int,
    room: UnsafeMutablePointer<Float>, to: UnsafeMutablePointer<Float>, group: Int, frequencyStride: Int
) {
    let groups = (tilesDown &* tilesAcross &+ group &- 1) / group
    guard let plane else {
        for f in 0..<(49 &* groups) { (to + f &* frequencyStride).update(repeating: 0, count: 4 &* group) }
        return
    }
    let columns = 4 &* tilesAcross &+ 3
    let rows = 4 &* tilesDown &+ 3
    splitPhases(plane, height, width, rows, columns, room)
    let half = room + 4 &* rows &* columns
    var tile = 0
    for down in 0..<tilesDown {
        for across in 0..<tilesAcross {
            let from = room + 4 &* (4 &* down &* columns &+ 4 &* across)
            for y in 0..<7 { transform(from + 4 &* y &* columns, 4, half + 28 &* y, 4) }
            let target = to + (tile / group &* 49 &* frequencyStride &+ 4 &* (tile % group))
            for x in 0..<7 { transform(half + 4 &* x, 28, target + x &* frequencyStride, 7 &* frequencyStride) }
            tile &+= 1
        }
    }
}

/// Writes (rows, columns, 4): the phases of each pair of input rows and columns, the first pair beginning three outside.
@inline(__always)
func splitPhases(
    _ plane: UnsafePointer<Float>, _ height: Int, _ width: Int, _ rows: Int, _ columns: Int,
    _ to: UnsafeMutablePointer<Float>
) {
    for r in 0..<rows {
        for odd in 0..<2 {
            let y = 2 &* r &- 3 &+ odd
            let line = to + (4 &* r &* columns &+ 2 &* odd)
            let from = plane + y &* width
            let inside = y >= 0 && y < height
            for s in 0..<columns {
                let x = 2 &* s &- 3
                line[4 &* s] = inside && x >= 0 && x < width ? from[x] : 0
                line[4 &* s &+ 1] = inside && x >= -1 && x < width &- 1 ? from[x &+ 1] : 0
            }
        }
    }
}

/// Seven values, four phases each, at the seven points.
@inline(__always)
private func transform(
    _ from: UnsafeMutablePointer<Float>, _ step: Int, _ to: UnsafeMutablePointer<Float>, _ toStep: Int
) {
    let (d0, d1, d2, d3) = (
        fourPhases(from), fourPhases(from + step), fourPhases(from + 2 &* step), fourPhases(from + 3 &* step)
    )
    let (d4, d5, d6) = (fourPhases(from + 4 &* step), fourPhases(from + 5 &* step), fourPhases(from + 6 &* step))
    let (a, b, c) = (StemPoints.a, StemPoints.b, StemPoints.c)
    let (a2, b2, c2) = (a * a, b * b, c * c)
    pair(d0, d1, d2, d3, d4, d5, a, b2 + c2, b2 * c2, to, toStep)
    pair(d0, d1, d2, d3, d4, d5, b, a2 + c2, a2 * c2, to + 2 &* toStep, toStep)
    pair(d0, d1, d2, d3, d4, d5, c, a2 + b2, a2 * b2, to + 4 &* toStep, toStep)
    let high = fused(SIMD4(repeating: -(a2 + b2 + c2)), d4, d6)
    let middle = fused(SIMD4(repeating: a2 * b2 + a2 * c2 + b2 * c2), d2, high)
    putPhases(fused(SIMD4(repeating: -a2 * b2 * c2), d0, middle), to + 6 &* toStep)
}

/// At +point and −point; `sum` and `product` are of the squares of the other two.
@inline(__always)
private func pair(
    _ d0: SIMD4<Float>, _ d1: SIMD4<Float>, _ d2: SIMD4<Float>, _ d3: SIMD4<Float>, _ d4: SIMD4<Float>,
    _ d5: SIMD4<Float>, _ point: Float, _ sum: Float, _ product: Float, _ to: UnsafeMutablePointer<Float>, _ step: Int
) {
    let (s, p) = (SIMD4<Float>(repeating: -sum), SIMD4<Float>(repeating: product))
    let odd = fused(p, d1, fused(s, d3, d5))
    let even = fused(p, d0, fused(s, d2, d4))
    putPhases(fused(SIMD4(repeating: point), even, odd), to)
    putPhases(fused(SIMD4(repeating: -point), even, odd), to + step)
}

@inline(__always) func fourPhases(_ place: UnsafeMutablePointer<Float>) -> SIMD4<Float> {
    UnsafeRawPointer(place).loadUnaligned(as: SIMD4<Float>.self)
}

@inline(__always) func putPhases(_ value: SIMD4<Float>, _ place: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(place).storeBytes(of: value, as: SIMD4<Float>.self)
}
