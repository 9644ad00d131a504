// The Winograd (Cook–Toom) transforms of one line, for a kernel of 3 taps: y = Aᵀ((G g) ⊙ (Bᵀ d)).
//
// For finite points p₀, p₁ … row k of Bᵀ holds the coefficients of Π(x - pⱼ) over j ≠ k, row k of G is
// (1, p, p²) / Π(p - pⱼ), column k of Aᵀ is (1, p, p² …). The last point is infinity. Lavin and Gray, "Fast Algorithms for
// Convolutional Neural Networks", 2016. Of many points tried, these are among those with the least rounding errors, and
// their powers are exact.

/// The transforms for tiles of some size. Each reads the values of a line and hands on those it makes, with their numbers.
protocol Points {
    static var count: Int { get }
    /// Bᵀ: voxels to frequencies, `count` of each.
    static func input(_ d: (Int) -> Lanes, _ put: (Int, Lanes) -> Void)
    /// Aᵀ: frequencies to outputs, of which there are two fewer.
    static func output(_ m: (Int) -> Lanes, _ put: (Int, Lanes) -> Void)
    /// A: gradients of outputs to frequencies.
    static func gradient(_ d: (Int) -> Lanes, _ put: (Int, Lanes) -> Void)
    /// G: 3 taps to frequencies.
    static func weight(_ g: (Int) -> Lanes, _ put: (Int, Lanes) -> Void)
    /// Gᵀ: frequencies to gradients of 3 taps.
    static func weightGradient(_ u: (Int) -> Lanes, _ put: (Int, Lanes) -> Void)
}

@inline(__always) func all(_ value: Float) -> Lanes { Lanes(repeating: value) }

/// 4 points for 2 outputs: 0, ±1, ∞.
enum Four: Points {
    @inline(__always) static var count: Int { 4 }

    @inline(__always)
    static func input(_ d: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
        let (d0, d1, d2, d3) = (d(0), d(1), d(2), d(3))
        put(0, d2 - d0)
        put(1, d2 + d1)
        put(2, d2 - d1)
        put(3, d3 - d1)
    }

    @inline(__always)
    static func output(_ m: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
        let (m1, m2) = (m(1), m(2))
        put(0, m(0) + (m1 + m2))
        put(1, (m1 - m2) + m(3))
    }

    @inline(__always)
    static func gradient(_ d: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
        let (d0, d1) = (d(0), d(1))
        put(0, d0)
        put(1, d0 + d1)
        put(2, d0 - d1)
        put(3, d1)
    }

    @inline(__always)
    static func weight(_ g: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
        let (g0, g1, g2) = (g(0), g(1), g(2))
        let (even, odd) = (all(0.5) * (g0 + g2), all(0.5) * g1)
        put(0, -g0)
        put(1, even + odd)
        put(2, even - odd)
        put(3, g2)
    }

    @inline(__always)
    static func weightGradient(_ u: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
        let (u1, u2) = (u(1), u(2))
        let even = all(0.5) * (u1 + u2)
        put(0, even - u(0))
        put(1, all(0.5) * (u1 - u2))
        put(2, even + u(3))
    }
}

/// 5 points for 3 outputs: 0, ±p, q, ∞.
enum Five: Points {
    @inline(__always) static var count: Int { 5 }
    @inline(__always) static var p: Float { 0.75 }
    @inline(__always) static var q: Float { 1.75 }
    @inline(__always) static var zero: Float { p * p * q }
    @inline(__always) static var plus: Float { 2 * p * p * (p - q) }
    @inline(__always) static var minus: Float { -2 * p * p * (p + q) }
    @inline(__always) static var atQ: Float { q * (q * q - p * p) }

    @inline(__always)
    static func input(_ d: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
        let (d0, d1, d2, d3, d4) = (d(0), d(1), d(2), d(3), d(4))
        let less = all(-q)
        let (c0, c1, c2, c3) = (fused(less, d0, d1), fused(less, d1, d2), fused(less, d2, d3), fused(less, d3, d4))
        let square = all(-p * p)
        put(0, fused(square, c0, c2))
        put(1, fused(all(p), c1, c2))
        put(2, fused(all(-p), c1, c2))
        put(3, fused(square, d1, d3))
        put(4, fused(square, c1, c3))
    }

    @inline(__always)
    static func output(_ m: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
        let (m1, m2, m3) = (m(1), m(2), m(3))
        let (even, odd) = (m1 + m2, m1 - m2)
        put(0, m(0) + (even + m3))
        put(1, fused(all(p), odd, all(q) * m3))
        put(2, fused(all(p * p), even, fused(all(q * q), m3, m(4))))
    }

    @inline(__always)
    static func gradient(_ d: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
        let (d0, d1, d2) = (d(0), d(1), d(2))
        let even = fused(all(p * p), d2, d0)
        put(0, d0)
        put(1, fused(all(p), d1, even))
        put(2, fused(all(-p), d1, even))
        put(3, fused(all(q), fused(all(q), d2, d1), d0))
        put(4, d2)
    }

    @inline(__always)
    static func weight(_ g: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
        let (g0, g1, g2) = (g(0), g(1), g(2))
        let (p, q) = (p, q)
        let even = fused(all(p * p), g2, g0)
        put(0, all(1 / zero) * g0)
        put(1, all(1 / plus) * fused(all(p), g1, even))
        put(2, all(1 / minus) * fused(all(-p), g1, even))
        put(3, all(1 / atQ) * fused(all(q), fused(all(q), g2, g1), g0))
        put(4, g2)
    }

    @inline(__always)
    static func weightGradient(_ u: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
        let (p, q) = (p, q)
        let (u1, u2) = (all(1 / plus) * u(1), all(1 / minus) * u(2))
        let u3 = all(1 / atQ) * u(3)
        let even = u1 + u2
        put(0, fused(all(1 / zero), u(0), even + u3))
        put(1, fused(all(p), u1 - u2, all(q) * u3))
        put(2, fused(all(p * p), even, fused(all(q * q), u3, u(4))))
    }
}

/// 6 points for 4 outputs: 0, ±a, ±b, ∞. Errors are 3.5 times smaller than with 0, ±1, ±2, ∞.
enum Six: Points {
    @inline(__always) static var count: Int { 6 }
    @inline(__always) static var a: Float { 0.625 }
    @inline(__always) static var b: Float { 1.5 }
    /// Divisors of the rows of G for 0, ±a and ±b.
    @inline(__always) static var zero: Float { a * a * b * b }
    @inline(__always) static var atA: Float { 2 * a * a * (a * a - b * b) }
    @inline(__always) static var atB: Float { 2 * b * b * (b * b - a * a) }

    @inline(__always)
    static func input(_ d: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
        let (d0, d1, d2, d3, d4, d5) = (d(0), d(1), d(2), d(3), d(4), d(5))
        let (a2, b2) = (all(-a * a), all(-b * b))
        let sum = all(-(a * a + b * b))
        put(0, fused(all(zero), d0, fused(sum, d2, d4)))
        let (even, odd) = (fused(b2, d2, d4), fused(b2, d1, d3))
        put(1, fused(all(a), odd, even))
        put(2, fused(all(-a), odd, even))
        let (even2, odd2) = (fused(a2, d2, d4), fused(a2, d1, d3))
        put(3, fused(all(b), odd2, even2))
        put(4, fused(all(-b), odd2, even2))
        put(5, fused(all(zero), d1, fused(sum, d3, d5)))
    }

    @inline(__always)
    static func output(_ m: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
        let (m1, m2, m3, m4) = (m(1), m(2), m(3), m(4))
        let (even, odd, even2, odd2) = (m1 + m2, m1 - m2, m3 + m4, m3 - m4)
        let (a, b) = (a, b)
        put(0, m(0) + (even + even2))
        put(1, fused(all(a), odd, all(b) * odd2))
        put(2, fused(all(a * a), even, all(b * b) * even2))
        put(3, fused(all(a * a * a), odd, fused(all(b * b * b), odd2, m(5))))
    }

    @inline(__always)
    static func gradient(_ d: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
        let (d0, d1, d2, d3) = (d(0), d(1), d(2), d(3))
        let (a2, b2) = (all(a * a), all(b * b))
        put(0, d0)
        let (even, odd) = (fused(a2, d2, d0), fused(a2, d3, d1))
        put(1, fused(all(a), odd, even))
        put(2, fused(all(-a), odd, even))
        let (even2, odd2) = (fused(b2, d2, d0), fused(b2, d3, d1))
        put(3, fused(all(b), odd2, even2))
        put(4, fused(all(-b), odd2, even2))
        put(5, d3)
    }

    @inline(__always)
    static func weight(_ g: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
        let (g0, g1, g2) = (g(0), g(1), g(2))
        let (a, b) = (a, b)
        put(0, all(1 / zero) * g0)
        let (even, odd) = (all(1 / atA) * fused(all(a * a), g2, g0), all(a / atA) * g1)
        put(1, even + odd)
        put(2, even - odd)
        let (even2, odd2) = (all(1 / atB) * fused(all(b * b), g2, g0), all(b / atB) * g1)
        put(3, even2 + odd2)
        put(4, even2 - odd2)
        put(5, g2)
    }

    @inline(__always)
    static func weightGradient(_ u: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
        let (a, b) = (a, b)
        let (u1, u2, u3, u4) = (u(1), u(2), u(3), u(4))
        let (even, odd) = (all(1 / atA) * (u1 + u2), all(1 / atA) * (u1 - u2))
        let (even2, odd2) = (all(1 / atB) * (u3 + u4), all(1 / atB) * (u3 - u4))
        put(0, fused(all(1 / zero), u(0), even + even2))
        put(1, fused(all(a), odd, all(b) * odd2))
        put(2, fused(all(a * a), even, fused(all(b * b), even2, u(5))))
    }
}
