import Screening
import Testing
import Training

@Suite struct PairedTTestTests {
    private struct Recorded: Decodable {
        struct Row: Decodable {
            var accuracy, roc, heatScore: [Double]

            enum CodingKeys: String, CodingKey {
                case accuracy, roc
                case heatScore = "heat_score"
            }
        }
        struct Test: Decodable {
            var n, df: Int
            var meanDifference, sdDifference, t, p: Double
            var ci95: [Double]

            enum CodingKeys: String, CodingKey {
                case n, df, t, ci95
                case meanDifference = "mean_difference"
                case sdDifference = "sd_difference"
                case p = "p_two_sided"
            }
        }
        var table: [String: Row]
        var tests: [String: [String: Test]]
    }

    @Test func recordedTestsOfThePaperAreMet() throws {
        let recorded = try StatisticsFixtures.decode("paper_ttests.json", as: Recorded.self)
        var count = 0
        for measure in TransferTest.Measure.allCases {
            for comparison in TransferTest.Comparison.allCases where comparison != .dysplasiaVersusNone {
                let want = try #require(recorded.tests[measure.rawValue]?[comparison.rawValue])
                let test = try #require(TransferTest(PaperTables.rows, measure, comparison).test)
                #expect(test.n == want.n && test.degreesOfFreedom == want.df)
                #expect(isWithin(1e-9, test.meanDifference, want.meanDifference))
                #expect(isWithin(1e-9, test.sdDifference, want.sdDifference))
                #expect(isWithin(1e-9, test.t, want.t))
                #expect(isWithin(1e-9, test.p, want.p))
                #expect(isWithin(1e-9, test.lower, want.ci95[0]))
                #expect(isWithin(1e-9, test.upper, want.ci95[1]))
                count += 1
            }
        }
        #expect(count == 9)
    }

    @Test func paperTablesAreThoseRecorded() throws {
        let recorded = try StatisticsFixtures.decode("paper_ttests.json", as: Recorded.self)
        #expect(PaperTables.rows.count == 18)
        for row in PaperTables.rows {
            let want = try #require(
                recorded.table["resnet\(row.depth)_\(row.modality.rawValue == "T1w" ? "t1" : "flair")"])
            let place = try #require(TrainingProtocol.Transfer.Source.allCases.firstIndex(of: row.source))
            #expect(row.accuracy == want.accuracy[place])
            #expect(row.auc == want.roc[place])
            #expect(row.heatScore == want.heatScore[place])
        }
    }

    /// scipy.stats.ttest_rel of the tied and the smooth score.
    @Test(arguments: [
        (11, 40, 1.3745795912893535, 0.17710908610035087, -0.02910745263339664, 0.15257546983845344),
        (12, 97, 3.2764590183233584, 0.0014636211358835516, 0.03404749740472143, 0.13870885521386447),
    ])
    func testIsThatOfAnotherProgram(
        seed: UInt64, count: Int, t: Double, p: Double, lower: Double, upper: Double
    ) throws {
        let data = StatisticsFixtures.scores(seed: seed, count: count)
        let test = try #require(PairedTTest(data.tied, minus: data.smooth))
        #expect(isWithin(1e-10, test.t, t) && isWithin(1e-10, test.p, p))
        #expect(isWithin(1e-10, test.lower, lower) && isWithin(1e-10, test.upper, upper))
    }

    @Test func differencesWithoutSpreadHaveNoTest() throws {
        let test = try #require(PairedTTest([0.3, 0.4, 0.5], minus: [0.1, 0.2, 0.3]))
        #expect(test.t == nil && test.p == nil)
        #expect(isWithin(1e-12, test.meanDifference, 0.2))
        #expect(PairedTTest([0.3], minus: [0.1]) == nil)
    }
}
