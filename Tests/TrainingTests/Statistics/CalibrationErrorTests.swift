import Testing
import Training

@Suite struct CalibrationErrorTests {
    /// numpy, bins cut by index after numpy.lexsort.
    @Test(arguments: [
        (11, 40, 0.14999999999999997, 0.21006), (12, 97, 0.17670103092783507, 0.254659793814433),
    ])
    func errorsAreThoseOfAnotherProgram(seed: UInt64, count: Int, ece: Double, brier: Double) {
        let data = StatisticsFixtures.scores(seed: seed, count: count)
        #expect(isWithin(1e-12, CalibrationError.expected(scores: data.tied, labels: data.labels), ece))
        #expect(isWithin(1e-12, CalibrationError.brier(scores: data.tied, labels: data.labels), brier))
    }

    @Test func orderOfScansDoesNotMatter() {
        let data = StatisticsFixtures.scores(seed: 12, count: 97)
        let order = data.labels.indices.reversed()
        let turned = CalibrationError.expected(
            scores: order.map { data.tied[$0] }, labels: order.map { data.labels[$0] })
        #expect(turned.map { abs($0 - 0.17670103092783507) < 1e-12 } == true)
    }

    @Test func rightCertaintyHasNoError() {
        #expect(CalibrationError.expected(scores: [0, 1, 1], labels: [false, true, true]) == 0)
        #expect(CalibrationError.expected(scores: [1, 0], labels: [false, true]) == 1)
        #expect(CalibrationError.expected(scores: [], labels: []) == nil)
        #expect(CalibrationError.brier(scores: [], labels: []) == nil)
    }
}
