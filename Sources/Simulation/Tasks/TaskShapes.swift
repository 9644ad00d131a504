/// A body with a signed distance in mm, nearly: negative inside.
protocol TaskShape: Sendable {
    /// Corners of a box that holds all of it.
    var low: SIMD3<Float> { get }
    var high: SIMD3<Float> { get }
    func distance(_ p: SIMD3<Float>) -> Float
}

/// An ellipsoid whose axes may be turned about the front–back axis.
struct TiltedEllipsoid: TaskShape {
    private let body: Ellipsoid
    private let centre: SIMD3<Float>
    private let cosine, sine: Float
    let low, high: SIMD3<Float>

    /// - Parameters:
    ///   - axes: half lengths along x, y and z.
    ///   - tilt: sine of the angle by which x turns towards z.
    init(_ centre: SIMD3<Float>, _ axes: SIMD3<Float>, tilt: Float = 0) {
        body = Ellipsoid(.zero, axes)
        self.centre = centre
        (sine, cosine) = (tilt, (1 - tilt * tilt).squareRoot())
        let reach = tilt == 0 ? axes : SIMD3(max(axes.x, axes.z), axes.y, max(axes.x, axes.z))
        (low, high) = (centre - reach, centre + reach)
    }

    @inline(__always) func distance(_ p: SIMD3<Float>) -> Float {
        let d = p - centre
        return body.distance(SIMD3(cosine * d.x + sine * d.z, d.y, cosine * d.z - sine * d.x))
    }
}

/// A stretch of pipe from one ball to another.
struct Tube: TaskShape {
    private let begin, along: SIMD3<Float>
    private let inverse, radius, taper: Float
    let low, high: SIMD3<Float>

    init(_ begin: SIMD3<Float>, _ end: SIMD3<Float>, _ radius: Float, endRadius: Float? = nil) {
        self.begin = begin
        along = end - begin
        inverse = 1 / max((along * along).sum(), 1e-6)
        self.radius = radius
        taper = (endRadius ?? radius) - radius
        let reach = max(radius, endRadius ?? radius)
        low = pointwiseMin(begin, end) - reach
        high = pointwiseMax(begin, end) + reach
    }

    @inline(__always) func distance(_ p: SIMD3<Float>) -> Float {
        let d = p - begin
        let t = min(max((d * along).sum() * inverse, 0), 1)
        let off = d - along * t
        return (off * off).sum().squareRoot() - radius - taper * t
    }
}

/// A box with rounded edges.
struct RoundedBox: TaskShape {
    private let centre, half: SIMD3<Float>
    private let round: Float
    let low, high: SIMD3<Float>

    init(_ centre: SIMD3<Float>, _ half: SIMD3<Float>, round: Float) {
        self.centre = centre
        self.half = half - round
        self.round = round
        (low, high) = (centre - half, centre + half)
    }

    @inline(__always) func distance(_ p: SIMD3<Float>) -> Float {
        let d = p - centre
        let q = d.replacing(with: -d, where: d .< 0) - half
        let out = pointwiseMax(q, .zero)
        return (out * out).sum().squareRoot() + min(q.max(), 0) - round
    }
}

/// The part of one shape that another does not cover.
struct Without<A: TaskShape, B: TaskShape>: TaskShape {
    let whole: A
    let cut: B
    var low: SIMD3<Float> { whole.low }
    var high: SIMD3<Float> { whole.high }

    init(_ whole: A, _ cut: B) { (self.whole, self.cut) = (whole, cut) }

    @inline(__always) func distance(_ p: SIMD3<Float>) -> Float { max(whole.distance(p), -cut.distance(p)) }
}
