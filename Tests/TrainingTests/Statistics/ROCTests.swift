import Testing
import Training

@Suite struct ROCTests {
    private struct Recorded: Decodable {
        var scores: [Double]
        var labels: [Int]
        var auc: Double?
        var accuracy: Double
        var tp, tn, fp, fn: Int

        enum CodingKeys: String, CodingKey {
            case scores, labels, auc, tp, tn, fp, fn
            case accuracy = "accuracy_at_0.5"
        }
    }

    @Test func recordedCasesAreMet() throws {
        let cases = try StatisticsFixtures.decode("roc.json", as: [String: Recorded].self)
        #expect(cases.count == 6)
        for (name, recorded) in cases {
            let labels = recorded.labels.map { $0 == 1 }
            let auc = ROC.auc(scores: recorded.scores, labels: labels)
            #expect((auc == nil) == (recorded.auc == nil), "\(name)")
            if let want = recorded.auc { #expect(isWithin(1e-12, auc, want), "\(name)") }
            // The record counts a score of exactly one half as FCD.
            let threshold = 0.5.nextDown
            #expect(ROC.accuracy(scores: recorded.scores, labels: labels, threshold: threshold) == recorded.accuracy)
            let point = ROC.operatingPoint(scores: recorded.scores, labels: labels, threshold: threshold)
            #expect(point.sensitivity == Proportion(recorded.tp, of: recorded.tp + recorded.fn), "\(name)")
            #expect(point.specificity == Proportion(recorded.tn, of: recorded.tn + recorded.fp), "\(name)")
        }
    }

    /// numpy's variance of the placements counted pair by pair, scipy's normal distribution.
    @Test func deLongIsThatOfAnotherProgram() throws {
        struct Case {
            var seed: UInt64
            var count: Int
            var tied, smooth: [Double]
            var z, p: Double
        }
        let cases = [
            Case(
                seed: 11, count: 40, tied: [0.7192982456140351, 0.5600055376561217, 0.8785909535719485],
                smooth: [0.8370927318295739, 0.7062904478517938, 0.9678950158073539], z: -1.1273166023557097,
                p: 0.25960864536638384),
            Case(
                seed: 12, count: 97, tied: [0.5517241379310345, 0.4287329851009678, 0.6747152907611011],
                smooth: [0.8112290008841733, 0.7192680396007025, 0.903189962167644], z: -3.195521673899676,
                p: 0.001395782990362355),
        ]
        for one in cases {
            let data = StatisticsFixtures.scores(seed: one.seed, count: one.count)
            for (scores, want) in [(data.tied, one.tied), (data.smooth, one.smooth)] {
                let interval = try #require(ROC.interval(scores: scores, labels: data.labels))
                #expect(isWithin(1e-12, interval.auc, want[0]))
                #expect(isWithin(1e-12, interval.lower, want[1]))
                #expect(isWithin(1e-12, interval.upper, want[2]))
            }
            let compared = try #require(ROC.compare(data.tied, data.smooth, labels: data.labels))
            #expect(isWithin(1e-11, compared.z, one.z))
            #expect(isWithin(1e-10, compared.p, one.p))
        }
    }

    @Test func scoreAgainstItselfHasNoTest() throws {
        let data = StatisticsFixtures.scores(seed: 11, count: 40)
        let same = try #require(ROC.compare(data.tied, data.tied.map { 2 * $0 }, labels: data.labels))
        #expect(same.difference == 0 && same.z == nil && same.p == nil)
    }

    @Test func oneClassHasNoArea() {
        #expect(ROC.auc(scores: [0.1, 0.9], labels: [true, true]) == nil)
        #expect(ROC.auc(scores: [], labels: []) == nil)
        #expect(ROC.interval(scores: [0.1, 0.9], labels: [false, true]) == nil)
        #expect(ROC.accuracy(scores: [], labels: [], threshold: 0.5) == nil)
    }
}
