import Foundation
import Screening
import Testing
import Training

@Suite struct ModelOutcomeTests {
    @Test func rowsAreCountedOnceEach() throws {
        var rows = SampleRows.rows()
        rows[1].refusal = "TOO_NOISY"
        rows += SampleRows.rows(.t1w, seed: 2)
        let outcome = ModelOutcome(depth: 18, source: .none, modality: .flair, rows: rows)
        #expect(outcome.patients == 20 && outcome.controls == 19 && outcome.refused == 1)
        #expect(outcome.folds.count == 5)
        #expect(outcome.folds.reduce(0) { $0 + $1.sensitivity.n + $1.specificity.n } == 39)
        #expect(outcome.folds.reduce(0) { $0 + $1.sensitivity.successes } == outcome.sensitivity.successes)
        #expect(outcome.heat.patients == 20 && outcome.heat.whole.scored == 19 && outcome.heat.brain.scored == 20)
        #expect(outcome.heat.imageWhole == ModelOutcome.Mean([]))
        #expect(outcome.protocolBaseline == nil)
        let scored = rows.filter { $0.modality == .flair && $0.refusal == nil }
        #expect(outcome.auc?.auc == ROC.auc(scores: scored.map(\.score), labels: scored.map { $0.group == .fcd }))
        let means = scored.compactMap { $0.heatScore?.whole }
        #expect(outcome.heat.whole.value == means.reduce(0, +) / 19)
        let accuracies = outcome.folds.compactMap(\.accuracy)
        #expect(outcome.accuracySummary == FoldSummary(accuracies))
    }

    @Test func storedOutcomeIsTheSame() throws {
        let outcome = SampleRows.outcome(.manyTasks, .flair, seed: 3)
        let stored = try JSONEncoder().encode(outcome)
        #expect(try JSONDecoder().decode(ModelOutcome.self, from: stored) == outcome)
    }

    @Test func foldOfOneGroupHasNoArea() {
        let rows = SampleRows.rows().filter { $0.fold != 2 || $0.group == .fcd }
        let outcome = ModelOutcome(depth: 18, source: .none, modality: .flair, rows: rows)
        #expect(outcome.folds[2].auc == nil && outcome.folds[2].specificity.value == nil)
        #expect(outcome.aucSummary?.count == 4 && outcome.accuracySummary?.count == 5)
    }

    @Test func aRightPositiveWithoutAPeakIsNotNear() throws {
        let rows = SampleRows.rows()
        let first = try #require(rows.firstIndex { $0.group == .fcd && $0.isFlagged && $0.peakDistanceMM == 0 })
        var without = rows
        without[first].peakDistanceMM = nil
        let whole = ModelOutcome(depth: 18, source: .none, modality: .flair, rows: rows).peakNear
        let less = ModelOutcome(depth: 18, source: .none, modality: .flair, rows: without).peakNear
        #expect(less.n == whole.n && less.successes == whole.successes - 1)
    }
}
