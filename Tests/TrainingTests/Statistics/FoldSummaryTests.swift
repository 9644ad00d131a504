import Testing
import Training

@Suite struct FoldSummaryTests {
    private struct Recorded: Decodable {
        var folds: [Double]
        var mean, populationSD, sampleSD: Double

        enum CodingKeys: String, CodingKey {
            case folds, mean
            case populationSD = "std_population"
            case sampleSD = "std_sample"
        }
    }

    @Test func recordedSummaryIsMet() throws {
        let recorded = try StatisticsFixtures.decode("fold_summary.json", as: Recorded.self)
        let summary = try #require(FoldSummary(recorded.folds))
        #expect(isWithin(1e-12, summary.mean, recorded.mean))
        #expect(isWithin(1e-12, summary.populationSD, recorded.populationSD))
        #expect(isWithin(1e-12, summary.sampleSD, recorded.sampleSD))
        #expect(summary.count == 5)
    }

    @Test func oneFoldHasNoSampleDeviation() {
        #expect(FoldSummary([0.7])?.sampleSD == nil && FoldSummary([0.7])?.populationSD == 0)
        #expect(FoldSummary([]) == nil)
    }
}
