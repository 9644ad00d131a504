/// What `fcdwatch stats` answers: every test, and for the paper's own tables which printed p-values differ.
package struct StatsAnswer: Sendable, Codable, Hashable {
    package var tests: [TransferTest]
    /// The same paired fold by fold; none where folds are not known.
    package var testsByFold: [TransferTest]?
    /// The four comparisons that the paper's text prints a p-value of.
    package var paper: [PaperCheck]?
    /// How many of those differ from what the paper's tables give.
    package var printedThatDiffer: Int?

    package init(rows: [ResultRow], isPaper: Bool) {
        tests = TransferTest.all(rows)
        if isPaper {
            let checks = PaperCheck.all(rows)
            paper = checks
            printedThatDiffer = checks.count { $0.differs }
        } else {
            testsByFold = TransferTest.all(rows, pairing: .folds)
        }
    }

    /// Plain lines; t and p with all their digits.
    package var text: String {
        var text = Self.block("Paired over modality × architecture, two-sided:", tests)
        if let testsByFold {
            text += Self.block(
                "\nPaired over modality × architecture × fold (folds share training subjects: p is smaller than it should be):",
                testsByFold)
        }
        if let paper {
            text += "\nAgainst the paper's text:\n"
            for check in paper {
                text += "  \(check.measure.words), \(check.comparison.words): p = \(check.p): \(check.sentence)\n"
            }
        }
        return text
    }

    private static func block(_ title: String, _ tests: [TransferTest]) -> String {
        tests.reduce(title + "\n") { text, test in
            let name = "  \(test.measure.words), \(test.comparison.words), \(test.pairs) pairs: "
            guard let result = test.test else { return text + name + "no test, fewer than two pairs\n" }
            guard let t = result.t, let p = result.p else { return text + name + "no test, all differences equal\n" }
            let change = ReproductionTable.fixed(result.meanDifference)
            return text + name + "t = \(t), p = \(p), mean difference \(change)\n"
        }
    }
}
