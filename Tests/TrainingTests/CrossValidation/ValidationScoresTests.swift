import Screening
import Testing
import Training

@Suite struct ValidationScoresTests {
    @Test func membersAreCalibratedAndTheirMeanIsCut() {
        let logits: [[[Double]]] = [
            [[2, -2], [1, -1]], [[1, 0], [0, 0]], [[-1, 2], [0, 1]], [[-2, 2], [-1, 1]],
        ]
        let found = ValidationScores(logits: logits, labels: [false, false, true, true])
        #expect(found.scores[1] < found.threshold && found.threshold < found.scores[2])
        #expect(abs(found.threshold - (found.scores[1] + found.scores[2]) / 2) < 1e-12)
        let first = Calibration(temperature: found.calibration.temperature)
        let mean = logits[0].map { first.score(logits: $0, targetClass: 1) }.reduce(0, +) / 2
        #expect(abs(found.scores[0] - mean) < 1e-12)
    }

    @Test func aSetWithoutFaultDoesNotMakeScoresCertain() {
        let found = ValidationScores(logits: [[[9, -9]], [[-9, 9]]], labels: [false, true])
        #expect(found.calibration.temperature == ValidationScores.temperatures.lowerBound)
    }

    @Test func nothingToLearnFromLeavesOneHalf() {
        #expect(ValidationScores(logits: [], labels: []).threshold == ValidationScores.uninformed)
        #expect(ValidationScores(logits: [[[0, 1]]], labels: [true]).threshold == ValidationScores.uninformed)
    }
}
