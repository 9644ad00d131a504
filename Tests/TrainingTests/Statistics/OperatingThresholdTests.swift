import Testing
import Training

@Suite struct OperatingThresholdTests {
    @Test func thresholdIsInTheMiddleOfTheGap() throws {
        let best = try #require(
            OperatingThreshold(bestFor: [0.1, 0.3, 0.7, 0.9], labels: [false, false, true, true]))
        #expect(best.threshold == 0.5 && best.balancedAccuracy == 1)
    }

    @Test func noOtherCutIsBetter() throws {
        for seed: UInt64 in 11...16 {
            let data = StatisticsFixtures.scores(seed: seed, count: 61)
            let best = try #require(OperatingThreshold(bestFor: data.tied, labels: data.labels))
            for cut in [-1] + data.tied {
                let point = ROC.operatingPoint(scores: data.tied, labels: data.labels, threshold: cut)
                let other = try ((#require(point.sensitivity.value)) + (#require(point.specificity.value))) / 2
                #expect(other <= best.balancedAccuracy + 1e-15)
            }
        }
    }

    @Test func widestOfEquallyGoodGapsIsTaken() throws {
        // Cuts at 0.25 and at 0.6 are right for three of four each.
        let best = try #require(
            OperatingThreshold(bestFor: [0.2, 0.3, 0.4, 0.8], labels: [false, true, false, true]))
        #expect(abs(best.threshold - 0.6) < 1e-12)
    }

    @Test func neighbouringNumbersArePartedByTheLower() throws {
        let best = try #require(OperatingThreshold(bestFor: [0.3, 0.3.nextUp], labels: [false, true]))
        #expect(best.balancedAccuracy == 1 && best.threshold == 0.3)
    }

    @Test func scoresThatPointTheWrongWayFlagAllOrNone() throws {
        let best = try #require(OperatingThreshold(bestFor: [0.4, 0.5], labels: [true, false]))
        #expect(best.balancedAccuracy == 0.5 && best.threshold == 0.75)
        #expect(OperatingThreshold(bestFor: [0.4, 0.5], labels: [true, true]) == nil)
    }
}
