// The Winograd (Cook–Toom) transforms of one line, for a kernel of 3 taps: y = Aᵀ((G g) ⊙ (Bᵀ d)).
//
// For finite points p₀, p₁ … row k of Bᵀ holds the coefficients of Π(x - pⱼ) over j ≠ k, row k of G is
// (1, p, p²) / Π(p - pⱼ), column k of Aᵀ is (1, p, p² …). The last point is infinity. Lavin and Gray, "Fast Algorithms for
// Convolutional Neural Networks", 2016; the points are those with the least rounding errors among many tried.

/// 6 points for 4 outputs: 0, ±a, ±b, ∞. Errors are 3.5 times smaller than with 0, ±1, ±2, ∞.
enum Six {
    @inline(__always) static var a: Float { 0.6 }
    @inline(__always) static var b: Float { 1.5 }
    /// Divisors of the rows of G for 0, ±a and ±b.
    @inline(__always) static var zero: Float { a * a * b * b }
    @inline(__always) static var atA: Float { 2 * a * a * (a * a - b * b) }
    @inline(__always) static var atB: Float { 2 * b * b * (b * b - a * a) }
}

/// 5 points for 3 outputs: 0, ±p, q, ∞.
enum Five {
    @inline(__always) static var p: Float { 0.75 }
    @inline(__always) static var q: Float { 1.8 }
    @inline(__always) static var zero: Float { p * p * q }
    @inline(__always) static var plus: Float { 2 * p * p * (p - q) }
    @inline(__always) static var minus: Float { -2 * p * p * (p + q) }
    @inline(__always) static var atQ: Float { q * (q * q - p * p) }
}

@inline(__always) func all(_ value: Float) -> Lanes { Lanes(repeating: value) }

/// Bᵀ: `points` voxels to as many frequencies.
@inline(__always)
func inputLine(_ points: Int, _ d: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
    switch points {
    case 4:
        let (d0, d1, d2, d3) = (d(0), d(1), d(2), d(3))
        put(0, d2 - d0)
        put(1, d2 + d1)
        put(2, d2 - d1)
        put(3, d3 - d1)
    case 5:
        let (d0, d1, d2, d3, d4) = (d(0), d(1), d(2), d(3), d(4))
        let less = all(-Five.q)
        let (c0, c1, c2, c3) = (fused(less, d0, d1), fused(less, d1, d2), fused(less, d2, d3), fused(less, d3, d4))
        let square = all(-Five.p * Five.p)
        put(0, fused(square, c0, c2))
        put(1, fused(all(Five.p), c1, c2))
        put(2, fused(all(-Five.p), c1, c2))
        put(3, fused(square, d1, d3))
        put(4, fused(square, c1, c3))
    default:
        let (d0, d1, d2, d3, d4, d5) = (d(0), d(1), d(2), d(3), d(4), d(5))
        let (a2, b2) = (all(-Six.a * Six.a), all(-Six.b * Six.b))
        let sum = all(-(Six.a * Six.a + Six.b * Six.b))
        put(0, fused(all(Six.zero), d0, fused(sum, d2, d4)))
        let (even, odd) = (fused(b2, d2, d4), fused(b2, d1, d3))
        put(1, fused(all(Six.a), odd, even))
        put(2, fused(all(-Six.a), odd, even))
        let (even2, odd2) = (fused(a2, d2, d4), fused(a2, d1, d3))
        put(3, fused(all(Six.b), odd2, even2))
        put(4, fused(all(-Six.b), odd2, even2))
        put(5, fused(all(Six.zero), d1, fused(sum, d3, d5)))
    }
}

/// Aᵀ: `points` frequencies to `points - 2` outputs.
@inline(__always)
func outputLine(_ points: Int, _ m: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
    switch points {
    case 4:
        let (m1, m2) = (m(1), m(2))
        put(0, m(0) + (m1 + m2))
        put(1, (m1 - m2) + m(3))
    case 5:
        let (m1, m2, m3) = (m(1), m(2), m(3))
        let (even, odd) = (m1 + m2, m1 - m2)
        put(0, m(0) + (even + m3))
        put(1, fused(all(Five.p), odd, all(Five.q) * m3))
        put(2, fused(all(Five.p * Five.p), even, fused(all(Five.q * Five.q), m3, m(4))))
    default:
        let (m1, m2, m3, m4) = (m(1), m(2), m(3), m(4))
        let (even, odd, even2, odd2) = (m1 + m2, m1 - m2, m3 + m4, m3 - m4)
        let (a, b) = (Six.a, Six.b)
        put(0, m(0) + (even + even2))
        put(1, fused(all(a), odd, all(b) * odd2))
        put(2, fused(all(a * a), even, all(b * b) * even2))
        put(3, fused(all(a * a * a), odd, fused(all(b * b * b), odd2, m(5))))
    }
}

/// A: gradients of `points - 2` outputs to `points` frequencies.
@inline(__always)
func gradientLine(_ points: Int, _ d: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
    switch points {
    case 4:
        let (d0, d1) = (d(0), d(1))
        put(0, d0)
        put(1, d0 + d1)
        put(2, d0 - d1)
        put(3, d1)
    case 5:
        let (d0, d1, d2) = (d(0), d(1), d(2))
        let even = fused(all(Five.p * Five.p), d2, d0)
        put(0, d0)
        put(1, fused(all(Five.p), d1, even))
        put(2, fused(all(-Five.p), d1, even))
        put(3, fused(all(Five.q), fused(all(Five.q), d2, d1), d0))
        put(4, d2)
    default:
        let (d0, d1, d2, d3) = (d(0), d(1), d(2), d(3))
        let (a2, b2) = (all(Six.a * Six.a), all(Six.b * Six.b))
        put(0, d0)
        let (even, odd) = (fused(a2, d2, d0), fused(a2, d3, d1))
        put(1, fused(all(Six.a), odd, even))
        put(2, fused(all(-Six.a), odd, even))
        let (even2, odd2) = (fused(b2, d2, d0), fused(b2, d3, d1))
        put(3, fused(all(Six.b), odd2, even2))
        put(4, fused(all(-Six.b), odd2, even2))
        put(5, d3)
    }
}

/// G: 3 taps to `points` frequencies.
@inline(__always)
func weightLine(_ points: Int, _ g: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
    let (g0, g1, g2) = (g(0), g(1), g(2))
    switch points {
    case 4:
        let (even, odd) = (all(0.5) * (g0 + g2), all(0.5) * g1)
        put(0, -g0)
        put(1, even + odd)
        put(2, even - odd)
        put(3, g2)
    case 5:
        let (p, q) = (Five.p, Five.q)
        let even = fused(all(p * p), g2, g0)
        put(0, all(1 / Five.zero) * g0)
        put(1, all(1 / Five.plus) * fused(all(p), g1, even))
        put(2, all(1 / Five.minus) * fused(all(-p), g1, even))
        put(3, all(1 / Five.atQ) * fused(all(q), fused(all(q), g2, g1), g0))
        put(4, g2)
    default:
        let (a, b) = (Six.a, Six.b)
        put(0, all(1 / Six.zero) * g0)
        let (even, odd) = (all(1 / Six.atA) * fused(all(a * a), g2, g0), all(a / Six.atA) * g1)
        put(1, even + odd)
        put(2, even - odd)
        let (even2, odd2) = (all(1 / Six.atB) * fused(all(b * b), g2, g0), all(b / Six.atB) * g1)
        put(3, even2 + odd2)
        put(4, even2 - odd2)
        put(5, g2)
    }
}

/// Gᵀ: `points` frequencies to the gradients of 3 taps.
@inline(__always)
func weightGradientLine(_ points: Int, _ u: (Int) -> Lanes, _ put: (Int, Lanes) -> Void) {
    switch points {
    case 4:
        let (u1, u2) = (u(1), u(2))
        let even = all(0.5) * (u1 + u2)
        put(0, even - u(0))
        put(1, all(0.5) * (u1 - u2))
        put(2, even + u(3))
    case 5:
        let (p, q) = (Five.p, Five.q)
        let (u1, u2) = (all(1 / Five.plus) * u(1), all(1 / Five.minus) * u(2))
        let u3 = all(1 / Five.atQ) * u(3)
        let even = u1 + u2
        put(0, fused(all(1 / Five.zero), u(0), even + u3))
        put(1, fused(all(p), u1 - u2, all(q) * u3))
        put(2, fused(all(p * p), even, fused(all(q * q), u3, u(4))))
    default:
        let (a, b) = (Six.a, Six.b)
        let (u1, u2, u3, u4) = (u(1), u(2), u(3), u(4))
        let (even, odd) = (all(1 / Six.atA) * (u1 + u2), all(1 / Six.atA) * (u1 - u2))
        let (even2, odd2) = (all(1 / Six.atB) * (u3 + u4), all(1 / Six.atB) * (u3 - u4))
        put(0, fused(all(1 / Six.zero), u(0), even + even2))
        put(1, fused(all(a), odd, all(b) * odd2))
        put(2, fused(all(a * a), even, fused(all(b * b), even2, u(5))))
    }
}
