/// An ellipsoid along the axes.
struct Ellipsoid: Sendable {
    var centre: SIMD3<Float>
    private var inverse: SIMD3<Float>
    private var radius: Float

    init(_ centre: SIMD3<Float>, _ axes: SIMD3<Float>) {
        self.centre = centre
        inverse = 1 / axes
        radius = axes.min()
    }

    /// Signed distance in mm, nearly: negative inside.
    @inline(__always) func distance(_ p: SIMD3<Float>) -> Float {
        let d = p - centre
        let q = d * inverse
        let r = (q * q).sum().squareRoot()
        if r < 0.05 { return -radius }
        return (1 - 1 / r) * (d * d).sum().squareRoot()
    }
}
