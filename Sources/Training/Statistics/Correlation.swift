/// Correlation of two values of the same subjects.
package enum Correlation {
    /// Pearson's coefficient; nil for fewer than two, or where one value is the same for all.
    package static func pearson(_ a: [Double], _ b: [Double]) -> Double? {
        precondition(a.count == b.count, "pairs")
        guard a.count > 1 else { return nil }
        let n = Double(a.count)
        let (meanA, meanB) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
        var (ab, aa, bb) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            ab += (x - meanA) * (y - meanB)
            aa += (x - meanA) * (x - meanA)
            bb += (y - meanB) * (y - meanB)
        }
        let size = (aa * bb).squareRoot()
        return size > 0 ? min(max(ab / size, -1), 1) : nil
    }

    /// Pearson's coefficient of the mid-ranks.
    package static func spearman(_ a: [Double], _ b: [Double]) -> Double? {
        pearson(Ranks.middle(a), Ranks.middle(b))
    }
}
