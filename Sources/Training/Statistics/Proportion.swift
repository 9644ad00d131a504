/// So many of so many, with its Wilson interval.
package struct Proportion: Sendable, Codable, Hashable {
    package var successes: Int
    package var n: Int

    package init(_ successes: Int, of n: Int) {
        precondition(successes >= 0 && successes <= n, "part of the whole")
        self.successes = successes
        self.n = n
    }

    /// Nil of nothing.
    package var value: Double? { n == 0 ? nil : Double(successes) / Double(n) }

    /// 95 % interval of Wilson 1927 without continuity correction; nil of nothing.
    package var interval: (lower: Double, upper: Double)? {
        n == 0 ? nil : Self.wilson(successes, n)
    }

    /// Half the width of a two-sided 95 % interval of the standard normal distribution.
    package static let z95 = 1.959963984540054

    /// Wilson's interval of a proportion; `n` is over 0.
    package static func wilson(_ successes: Int, _ n: Int, z: Double = z95) -> (lower: Double, upper: Double) {
        precondition(n > 0 && successes >= 0 && successes <= n, "part of a whole that is not empty")
        let (count, share) = (Double(n), Double(successes) / Double(n))
        let widened = 1 + z * z / count
        let centre = (share + z * z / (2 * count)) / widened
        let half = z / widened * (share * (1 - share) / count + z * z / (4 * count * count)).squareRoot()
        return (successes == 0 ? 0 : max(centre - half, 0), successes == n ? 1 : min(centre + half, 1))
    }
}
