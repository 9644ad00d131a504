import Foundation
import Screening
import Testing

@Suite struct CalibrationTests {
    @Test func temperatureOneIsSoftmax() {
        let expected = exp(1.5) / (exp(1.5) + exp(-0.5))
        #expect(abs(Calibration().score(logits: [-0.5, 1.5], targetClass: 1) - expected) < 1e-15)
    }

    @Test func temperatureDividesTheLogits() {
        let cooled = Calibration(temperature: 4).score(logits: [-2, 6], targetClass: 1)
        #expect(abs(cooled - Calibration().score(logits: [-0.5, 1.5], targetClass: 1)) < 1e-15)
    }

    @Test func largeLogitsStayFinite() {
        #expect(Calibration().score(logits: [-1000, 1000], targetClass: 1) == 1)
        #expect(Calibration().score(logits: [1000, -1000], targetClass: 1) == 0)
    }

    @Test func classesSumToOne() {
        let calibration = Calibration(temperature: 0.7)
        let sum = [0, 1].map { calibration.score(logits: [0.3, -2.2], targetClass: $0) }.reduce(0, +)
        #expect(abs(sum - 1) < 1e-15)
    }
}
