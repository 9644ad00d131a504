import Foundation

/// A recomputed test of the paper's tables beside the p-value that its text prints.
package struct PaperCheck: Sendable, Codable, Hashable {
    package var measure: TransferTest.Measure
    package var comparison: TransferTest.Comparison
    package var t: Double
    package var p: Double
    package var printed: Double
    /// True where the p, rounded as printed, is another.
    package var differs: Bool
    /// The comparison that does give the printed value, where it is another one.
    package var printedBelongsTo: String?

    /// The four comparisons that the text speaks of.
    package static func all(_ rows: [ResultRow] = PaperTables.rows) -> [PaperCheck] {
        let tests = TransferTest.all(rows)
        return tests.compactMap { test in
            guard let printed = PaperTables.printedP(test.measure, test.comparison), let t = test.test?.t,
                let p = test.test?.p
            else { return nil }
            let differs = rounded(p) != rounded(printed)
            let other = tests.first { $0.test?.p.map(rounded) == rounded(printed) }
            return PaperCheck(
                measure: test.measure, comparison: test.comparison, t: t, p: p, printed: printed, differs: differs,
                printedBelongsTo: differs ? other.map { "\($0.measure.words), \($0.comparison.words)" } : nil)
        }
    }

    /// Thousandths, as the paper prints p-values.
    private static func rounded(_ p: Double) -> Int { Int((p * 1000).rounded()) }

    /// What to read from it.
    package var sentence: String {
        guard differs else { return "as printed" }
        let belongs = printedBelongsTo.map { "that is the value of: \($0)" } ?? "no test of the tables gives it"
        return "printed \(String(format: "%.3f", printed)) differs; \(belongs)"
    }
}
