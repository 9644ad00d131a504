/// Student's test of differences within pairs, two-sided.
package struct PairedTTest: Sendable, Codable, Hashable {
    package var n: Int
    package var degreesOfFreedom: Int
    /// First minus second.
    package var meanDifference: Double
    /// Of the sample, divided by n − 1.
    package var sdDifference: Double
    /// Nil where every difference is the same: nothing varies, so there is no test.
    package var t: Double?
    package var p: Double?
    /// 95 % interval of the mean difference.
    package var lower: Double
    package var upper: Double

    /// Nil for fewer than two pairs.
    package init?(_ first: [Double], minus second: [Double]) {
        precondition(first.count == second.count, "pairs")
        let differences = zip(first, second).map { $0 - $1 }
        guard let summary = FoldSummary(differences), let sd = summary.sampleSD else { return nil }
        n = differences.count
        degreesOfFreedom = n - 1
        meanDifference = summary.mean
        sdDifference = sd
        let error = sd / Double(n).squareRoot()
        let df = Double(degreesOfFreedom)
        let half = StudentT.quantile(twoSidedP: 0.05, df: df) * error
        lower = meanDifference - half
        upper = meanDifference + half
        // Equal differences of numbers such as 0.1 leave rounding.
        let largest = (first + second).reduce(0) { max($0, abs($1)) }
        guard sd > 1e-14 * largest else { return }
        t = meanDifference / error
        p = StudentT.twoSidedP(meanDifference / error, df: df)
    }
}
