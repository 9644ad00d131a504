/// The paired t-tests as a table.
package enum TransferTestTable {
    package static func table(_ tests: [TransferTest]) -> ResultTable {
        let byFolds = tests.first?.pairing == .folds
        let groups = TransferTest.Measure.allCases.map { measure in
            tests.filter { $0.measure == measure }.map { test in
                let result = test.test
                return [
                    measure.words, test.comparison.words, "\(test.pairs)",
                    result.map { ReproductionTable.fixed($0.meanDifference) } ?? ReproductionTable.missing,
                    result.map { "\(ReproductionTable.fixed($0.lower)) to \(ReproductionTable.fixed($0.upper))" }
                        ?? ReproductionTable.missing,
                    ReproductionTable.fixed(result?.t), result?.p.map(p) ?? ReproductionTable.missing,
                ].map { ResultTable.Cell($0) }
            }
        }
        return ResultTable(
            label: byFolds ? "Paired t-tests by fold" : "Paired t-tests",
            caption: byFolds
                ? "Modality, architecture and fold paired." : "Modality and architecture paired, as in the paper.",
            columns: [
                .init("Measure", isNumber: false), .init("Comparison", isNumber: false), .init("Pairs"),
                .init("Mean difference"), .init("95 % interval"), .init("t"), .init("p"),
            ],
            groups: groups.filter { !$0.isEmpty },
            notes: [
                byFolds
                    ? "Two-sided. The folds of one cross-validation share training subjects: p is smaller than it should be."
                    : "Two-sided; a test needs two pairs at least."
            ])
    }

    private static func p(_ value: Double) -> String { value < 0.0005 ? "< 0.001" : ReproductionTable.fixed(value) }
}
