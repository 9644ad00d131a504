import Screening
import Testing
import Training

@Suite struct ValidationScoresTests {
    @Test func membersAreCalibratedAndTheirMeanIsCut() {
        let logits: [[[Double]]] = [
            [[2, -2], [1, -1]], [[1, 0], [0, 0]], [[-1, 2], [0, 1]], [[-2, 2], [-1, 1]],
        ]
        let found = ValidationScores(logits: logits, labels: [false, false, true, true], rule: .youden)
        #expect(found.scores[1] < found.threshold && found.threshold < found.scores[2])
        #expect(abs(found.threshold - (found.scores[1] + found.scores[2]) / 2) < 1e-12)
        let first = Calibration(temperature: found.calibration.temperature)
        let mean = logits[0].map { first.score(logits: $0, targetClass: 1) }.reduce(0, +) / 2
        #expect(abs(found.scores[0] - mean) < 1e-12)
    }

    @Test func theMoreProbableClassIsARuleToo() {
        let logits: [[[Double]]] = [[[9, 0]], [[8, 0]], [[7, 0]], [[6, 0]]]
        let labels = [false, false, true, true]
        #expect(ValidationScores(logits: logits, labels: labels, rule: .half).threshold == 0.5)
        #expect(ValidationScores(logits: logits, labels: labels, rule: .youden).threshold < 0.5)
    }

    @Test func aSetWithoutFaultDoesNotMakeScoresCertain() {
        let found = ValidationScores(logits: [[[9, -9]], [[-9, 9]]], labels: [false, true], rule: .youden)
        #expect(found.calibration.temperature == ValidationScores.temperatures.lowerBound)
    }

    @Test func nothingToLearnFromLeavesOneHalf() {
        #expect(ValidationScores(logits: [], labels: [], rule: .youden).threshold == ValidationScores.half)
        #expect(ValidationScores(logits: [[[0, 1]]], labels: [true], rule: .youden).threshold == ValidationScores.half)
    }
}
