/// Upsampling with half-pixel centres, as captum and PyTorch (`align_corners=False`) do it.
///
/// Kept for comparison with their maps only: it puts a cell up to half a stride away from what the cell sees.
package enum HalfPixelUpsampling {
    /// Trilinear values of `cells`, of shape `from`, at the `to` voxels that cover the same box. C order.
    package static func upsample(_ cells: [Float], from: SIMD3<Int>, to: SIMD3<Int>) -> [Float] {
        precondition(cells.count == from.x * from.y * from.z, "as many cells as the shape says")
        let (x, y, z) = (taps(from.x, to.x), taps(from.y, to.y), taps(from.z, to.z))
        func cell(_ i: Int, _ j: Int, _ k: Int) -> Double { Double(cells[(i * from.y + j) * from.z + k]) }
        func mix(_ a: Double, _ b: Double, _ share: Double) -> Double { a + share * (b - a) }
        var result: [Float] = []
        result.reserveCapacity(to.x * to.y * to.z)
        for a in x {
            for b in y {
                for c in z {
                    func line(_ i: Int, _ j: Int) -> Double { mix(cell(i, j, c.low), cell(i, j, c.high), c.share) }
                    func plane(_ i: Int) -> Double { mix(line(i, b.low), line(i, b.high), b.share) }
                    result.append(Float(mix(plane(a.low), plane(a.high), a.share)))
                }
            }
        }
        return result
    }

    /// For each output index the two cells it lies between and the share of the upper one.
    private static func taps(_ from: Int, _ to: Int) -> [(low: Int, high: Int, share: Double)] {
        (0..<to).map { index in
            let position = max((Double(index) + 0.5) * Double(from) / Double(to) - 0.5, 0)
            let low = min(Int(position), from - 1)
            return (low, min(low + 1, from - 1), position - Double(low))
        }
    }
}
