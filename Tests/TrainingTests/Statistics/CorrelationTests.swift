import Testing
import Training

@Suite struct CorrelationTests {
    /// scipy.stats.pearsonr and spearmanr.
    @Test(arguments: [
        (11, 40, 0.15840884939501598, 0.20191598096568544), (12, 97, 0.04162373786979358, 0.03360290260157369),
    ])
    func coefficientsAreThoseOfAnotherProgram(seed: UInt64, count: Int, pearson: Double, spearman: Double) {
        let data = StatisticsFixtures.scores(seed: seed, count: count)
        #expect(isWithin(1e-11, Correlation.pearson(data.tied, data.smooth), pearson))
        #expect(isWithin(1e-11, Correlation.spearman(data.tied, data.smooth), spearman))
    }

    @Test func constantHasNoCorrelation() {
        #expect(Correlation.pearson([1, 1, 1], [1, 2, 3]) == nil)
        #expect(Correlation.spearman([1, 10, 100], [1, 2, 3]) == 1)
    }
}
