import Testing
import Training

@Suite struct FoldSummaryTests {
    private struct Recorded: Decodable {
        var folds: [Double]
        var mean, std_population, std_sample: Double
    }

    @Test func recordedSummaryIsMet() throws {
        let recorded = try StatisticsFixtures.decode("fold_summary.json", as: Recorded.self)
        let summary = try #require(FoldSummary(recorded.folds))
        #expect(isWithin(1e-12, summary.mean, recorded.mean))
        #expect(isWithin(1e-12, summary.populationSD, recorded.std_population))
        #expect(isWithin(1e-12, summary.sampleSD, recorded.std_sample))
        #expect(summary.count == 5)
    }

    @Test func oneFoldHasNoSampleDeviation() {
        #expect(FoldSummary([0.7])?.sampleSD == nil && FoldSummary([0.7])?.populationSD == 0)
        #expect(FoldSummary([]) == nil)
    }
}
