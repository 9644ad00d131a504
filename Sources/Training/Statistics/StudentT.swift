import Foundation

/// Student's t distribution.
package enum StudentT {
    /// The chance of a value as far from 0 as `t`, or further: the regularised incomplete beta function
    /// I(df/(df+t²); df/2, 1/2).
    ///
    /// - Parameter df: degrees of freedom, over 0; need not be whole.
    package static func twoSidedP(_ t: Double, df: Double) -> Double {
        precondition(df > 0, "degrees of freedom")
        guard t.isFinite else { return t.isNaN ? .nan : 0 }
        let square = t * t
        return incompleteBeta(df / (df + square), square / (df + square), df / 2, 0.5)
    }

    /// The value over 0 whose two-sided chance is `p`, 0 < p < 1: half the width of an interval, in standard errors.
    package static func quantile(twoSidedP p: Double, df: Double) -> Double {
        precondition(p > 0 && p < 1, "a chance")
        var low = 0.0
        var high = 1.0
        while twoSidedP(high, df: df) > p { high *= 2 }
        while true {
            let middle = (low + high) / 2
            guard middle > low, middle < high else { return middle }
            if twoSidedP(middle, df: df) > p { low = middle } else { high = middle }
        }
    }

    /// I(x; a, b) with y = 1 − x given apart, so that neither loses digits: the continued fraction of Abramowitz and Stegun
    /// 26.5.8, which converges fast on the side of the mean, and the symmetry on the other.
    private static func incompleteBeta(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if y <= 0 { return 1 }
        let front = exp(a * log(x) + b * log(y) - logBeta(a, b))
        return x < (a + 1) / (a + b + 2)
            ? front * fraction(x, a, b) / a : 1 - front * fraction(y, b, a) / b
    }

    /// ln Γ(a) + ln Γ(b) − ln Γ(a + b).
    private static func logBeta(_ a: Double, _ b: Double) -> Double { lgamma(a).0 + lgamma(b).0 - lgamma(a + b).0 }

    /// The continued fraction 1/(1+ d1 x/(1+ d2 x/(1+ …))), evaluated from the front by Lentz's method.
    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var numerator = 1.0
        var denominator = 1 / kept(1 - (a + b) * x / (a + 1))
        var result = denominator
        for m in stride(from: 1.0, through: 10_000, by: 1) {
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            denominator = 1 / kept(1 + even * denominator)
            numerator = kept(1 + even / numerator)
            result *= denominator * numerator
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            denominator = 1 / kept(1 + odd * denominator)
            numerator = kept(1 + odd / numerator)
            let change = denominator * numerator
            result *= change
            if abs(change - 1) < 1e-16 { break }
        }
        return result
    }
}
