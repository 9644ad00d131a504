import Testing
import Training

@Suite struct StudentTTests {
    private struct Recorded: Decodable {
        var t, df, p: Double

        enum CodingKeys: String, CodingKey {
            case t, df
            case p = "p_two_sided"
        }
    }

    @Test func recordedChancesAreMet() throws {
        let lines = try StatisticsFixtures.decode("t_distribution.json", as: [Recorded].self)
        #expect(lines.count > 40)
        for line in lines {
            let p = StudentT.twoSidedP(line.t, df: line.df)
            // The record is exact down to 1e-12.
            #expect(
                abs(p - line.p) <= max(1e-9 * line.p, 1e-21), "t \(line.t) df \(line.df): \(p)")
            #expect(StudentT.twoSidedP(-line.t, df: line.df) == p)
        }
    }

    /// 2 · scipy.stats.t.sf(t, df).
    @Test(arguments: [
        (0.3, 3.0, 0.783763292039919), (0.001, 5, 0.9992407867721976), (1.7, 7.5, 0.13006609835733704),
        (6.5, 29, 4.080403820733429e-07), (25, 4, 1.5197525763315734e-05), (3.1, 1000, 0.0019893455311220977),
        (60, 40, 8.310990423721442e-41),
    ])
    func chancesAreThoseOfAnotherProgram(t: Double, df: Double, p: Double) {
        #expect(isWithin(1e-10, StudentT.twoSidedP(t, df: df), p))
    }

    /// scipy.stats.t.ppf(0.975, df).
    @Test(arguments: [
        (1.0, 12.706204736174694), (2, 4.302652729749462), (5, 2.5705818356363146), (30, 2.0422724563012378),
        (1000, 1.9623390808264083),
    ])
    func quantilesAreThoseOfAnotherProgram(df: Double, t: Double) {
        #expect(isWithin(1e-10, StudentT.quantile(twoSidedP: 0.05, df: df), t))
    }

    @Test func endsOfTheLineHaveTheirChances() {
        #expect(StudentT.twoSidedP(0, df: 5) == 1)
        #expect(StudentT.twoSidedP(.infinity, df: 5) == 0)
        #expect(StudentT.twoSidedP(.nan, df: 5).isNaN)
    }
}
