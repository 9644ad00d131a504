/// Mean and spread over folds.
package struct FoldSummary: Sendable, Codable, Hashable {
    package var mean: Double
    /// Divided by n, and by n − 1; the second is nil of one fold. Tables print the second.
    package var populationSD: Double
    package var sampleSD: Double?
    package var count: Int

    /// Nil of nothing.
    package init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        let n = Double(values.count)
        let mean = values.reduce(0, +) / n
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        self.mean = mean
        populationSD = (squares / n).squareRoot()
        sampleSD = values.count > 1 ? (squares / (n - 1)).squareRoot() : nil
        count = values.count
    }
}
