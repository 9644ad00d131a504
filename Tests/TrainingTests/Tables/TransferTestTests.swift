import Screening
import Testing
import Training

@Suite struct TransferTestTests {
    @Test func threePrintedValuesOfThePaperDiffer() throws {
        let checks = PaperCheck.all()
        #expect(checks.count == 4)
        let differing = checks.filter(\.differs)
        #expect(differing.count == 3)
        #expect(checks.first { !$0.differs }?.printed == 0.275)
        let belongs = Dictionary(uniqueKeysWithValues: differing.map { ($0.printed, $0.printedBelongsTo) })
        #expect(belongs[0.042] == "Accuracy, 23 tasks vs none")
        #expect(belongs[0.007] == "Heat-Score, 23 tasks vs none")
        #expect(belongs[0.002] == .some(nil))
        #expect(differing.first { $0.printed == 0.002 }?.sentence.contains("no test") == true)
    }

    /// protocol.md, "Numbers to reproduce".
    @Test(arguments: [
        (TransferTest.Measure.accuracy, TransferTest.Comparison.oneVersusNone, 1.224318270461, 0.275367187251),
        (.accuracy, .manyVersusNone, 2.711512182834, 0.042199965151),
        (.heatScore, .oneVersusNone, 4.739234296288, 0.005153587494),
        (.heatScore, .manyVersusNone, 4.332994003100, 0.007478188344),
    ])
    func paperTestsAreReproduced(
        measure: TransferTest.Measure, comparison: TransferTest.Comparison, t: Double, p: Double
    ) throws {
        let check = try #require(PaperCheck.all().first { $0.measure == measure && $0.comparison == comparison })
        #expect(abs(check.t - t) < 1e-9 && abs(check.p - p) < 1e-9)
    }

    @Test func modelsWithoutCounterpartMakeNoPair() {
        let rows = PaperTables.rows.filter { $0.depth == 18 || $0.source != .none }
        let test = TransferTest(rows, .accuracy, .oneVersusNone)
        #expect(test.pairs == 2 && test.test?.degreesOfFreedom == 1)
        let none = TransferTest(PaperTables.rows.filter { $0.source != .none }, .accuracy, .oneVersusNone)
        #expect(none.pairs == 0 && none.test == nil)
    }

    @Test func foldsArePairedByTheirNumber() {
        let rows = [
            ResultRow(SampleRows.outcome(.none, .flair, seed: 1)),
            ResultRow(SampleRows.outcome(.oneTask, .flair, seed: 2)),
        ]
        let test = TransferTest(rows, .accuracy, .oneVersusNone, pairing: .folds)
        #expect(test.pairs == 5 && test.test?.degreesOfFreedom == 4)
        let wanted = (0..<5).compactMap { fold in
            rows[1].foldAccuracies[fold].flatMap { a in rows[0].foldAccuracies[fold].map { a - $0 } }
        }
        #expect(test.test?.meanDifference == FoldSummary(wanted)?.mean)
    }

    @Test func aStartFromDysplasiasIsComparedWhereThereIsOne() {
        let paper = TransferTest.all(PaperTables.rows)
        #expect(paper.count == 9 && !paper.contains { $0.comparison == .dysplasiaVersusNone })
        let rows = [
            ResultRow(SampleRows.outcome(.none, .flair, seed: 1)),
            ResultRow(SampleRows.outcome(.dysplasia, .flair, seed: 2)),
        ]
        let tests = TransferTest.all(rows, pairing: .folds).filter { $0.comparison == .dysplasiaVersusNone }
        #expect(tests.map(\.measure) == TransferTest.Measure.allCases && tests.allSatisfy { $0.pairs == 5 })
    }
}
