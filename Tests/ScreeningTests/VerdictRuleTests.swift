import Screening
import Testing

@Suite struct VerdictRuleTests {
    @Test func oneMeanOverItsThresholdFlags() {
        #expect(VerdictRule.decide([Samples.score([0.9, 0.2, 0.8])]) == .flagged)
        #expect(VerdictRule.decide([Samples.score([0.1, 0.1]), Samples.score([0.6, 0.7])]) == .flagged)
    }

    @Test func theThresholdItselfIsNotOver() {
        #expect(VerdictRule.decide([Samples.score([0.5, 0.5, 0.5])]) == .belowThreshold)
    }

    @Test func twoMembersOfOneModalityMakeItIndeterminate() {
        #expect(VerdictRule.decide([Samples.score([0.6, 0.6, 0.1, 0.1, 0.1])]) == .indeterminate)
        #expect(
            VerdictRule.decide([Samples.score([0.9, 0.1, 0.1]), Samples.score([0.9, 0.1, 0.1])]) == .belowThreshold)
    }

    @Test func oneMemberAloneIsBelow() {
        #expect(VerdictRule.decide([Samples.score([0.99, 0.1, 0.1, 0.1])]) == .belowThreshold)
    }

    @Test func eachModalityHasItsOwnThreshold() {
        let low = Samples.score([0.3, 0.3], threshold: 0.2)
        #expect(VerdictRule.decide([low, Samples.score([0.3, 0.3])]) == .flagged)
    }

    @Test func noScoreIsNotAssessable() {
        #expect(VerdictRule.decide([]) == .notAssessable)
    }
}
