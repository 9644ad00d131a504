import ConvNet
import Screening
import Testing
import Training

@Suite struct TemperatureFitTests {
    private static func data() -> (logits: [[Double]], targets: [Int]) {
        var g = SeededGenerator(seed: 31)
        var logits: [[Double]] = []
        var targets: [Int] = []
        for _ in 0..<80 {
            let isPatient = g.uniform() < 0.5
            let control = 3 * g.uniform()
            let first = isPatient ? control - 2 * g.uniform() : control
            let patient = 3 * g.uniform()
            logits.append([3 * first, 3 * (isPatient ? patient : patient - 2 * g.uniform())])
            targets.append(isPatient ? 1 : 0)
        }
        return (logits, targets)
    }

    /// scipy.optimize.minimize_scalar of the same loss.
    @Test func temperatureIsThatOfAnotherProgram() throws {
        let (logits, targets) = Self.data()
        let fit = TemperatureFit.fit(logits: logits, targets: targets)
        // The other program stops at the width of the loss's flat bottom.
        #expect(isWithin(1e-6, fit.temperature, 2.7447393735370715))
        let reached = TemperatureFit.loss(logits: logits, targets: targets, temperature: fit.temperature)
        #expect(isWithin(1e-12, reached, 0.504169613135221))
        #expect(isWithin(1e-12, TemperatureFit.loss(logits: logits, targets: targets), 0.6810093620143358))
    }

    @Test func logitsThatSayNothingOrEverythingEndAtTheBounds() {
        #expect(TemperatureFit.fit(logits: [[0, 1], [1, 0]], targets: [1, 0]).temperature == 0.05)
        #expect(TemperatureFit.fit(logits: [[0, 1], [1, 0]], targets: [0, 1]).temperature == 20)
        #expect(TemperatureFit.fit(logits: [], targets: []).temperature == 1)
    }
}
