import Testing
import Training

@Suite struct ProportionTests {
    /// scipy.stats.binomtest(k, n).proportion_ci(0.95, "wilson").
    @Test(arguments: [
        (0, 10, 0.0, 0.27753279986288926), (3, 10, 0.10779126740630102, 0.6032218525388546),
        (10, 10, 0.7224672001371109, 1.0), (41, 85, 0.3792074367906815, 0.5870245449909909),
        (79, 85, 0.8544394064253049, 0.9672490368873332),
    ])
    func intervalIsWilsons(successes: Int, n: Int, lower: Double, upper: Double) throws {
        let interval = try #require(Proportion(successes, of: n).interval)
        #expect(isWithin(1e-12, interval.lower, lower))
        #expect(isWithin(1e-12, interval.upper, upper))
    }

    @Test func nothingHasNoShare() {
        #expect(Proportion(0, of: 0).value == nil && Proportion(0, of: 0).interval == nil)
    }
}
