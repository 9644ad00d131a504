import Reporting
import Screening
import Testing

@Suite struct PredictiveValueTests {
    @Test func eightyPercentEachAtTwoPercentPrevalenceIsSevenAndAHalf() throws {
        let point = OperatingPoint(sensitivity: 0.8, specificity: 0.8, subjects: 170, data: "test")
        let value = try #require(PredictiveValue(point, prevalence: 0.02))
        // 0.8 · 0.02 / (0.8 · 0.02 + 0.2 · 0.98) = 0.016 / 0.212
        #expect(abs(value.positive - 0.016 / 0.212) < 1e-12)
        #expect(abs(value.flaggedShare - 0.212) < 1e-12)
    }

    @Test func numbersThatAreNoSharesGiveNothing() {
        let point = OperatingPoint(sensitivity: 0.8, specificity: 1, subjects: 10, data: "test")
        #expect(PredictiveValue(point, prevalence: 0) == nil)
        #expect(PredictiveValue(point, prevalence: 1.2) == nil)
        #expect(PredictiveValue(point, prevalence: .nan) == nil)
    }
}
