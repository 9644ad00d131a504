import DICOM
import Imaging
import Testing

@Suite struct SeriesRuleTests {
    private func maker(_ number: Int, _ acquisition: Acquisition = .mprage) -> SeriesMaker {
        var maker = SeriesMaker()
        maker.seriesUID = "1.2.3.\(number)"
        maker.seriesNumber = number
        maker.acquisition = acquisition
        return maker
    }

    private func assess(
        _ maker: SeriesMaker, _ rules: [SeriesRule], _ change: (inout FileHeader) -> Void = { _ in }
    ) -> SeriesChoice.Assessment {
        SeriesChoice.choose(maker.series { _, header in change(&header) }, rules: rules).reasons[0]
    }

    private func rule(
        _ description: String? = "*", station: String? = nil, scanner: String? = nil, _ use: SeriesRule.Use
    ) -> SeriesRule {
        SeriesRule(number: 1, description: description, station: station, scanner: scanner, use: use)
    }

    private static let stripped = Acquisition(acquisitionType: "3D")

    @Test(arguments: [
        ("*mprage*km*", "T1_MPRAGE_sag_KM", true), ("*mprage*km*", "T1_MPRAGE_sag", false), ("t1?", "T1w", true),
        ("t1?", "T1", false), ("", "", true), ("*", "", true), ("a*b*c", "axxbyyc", true), ("a*b*c", "axxbyy", false),
        ("*flair", "flair 3d flair", true), ("flair", "3d flair", false),
    ])
    func patternsCoverTheWholeText(_ pattern: String, _ text: String, _ fits: Bool) {
        let found = assess(maker(3), [rule(pattern, .never)]) { $0.privateText.seriesDescription = text }
        #expect((found.rule != nil) == fits)
    }

    @Test func hostilePatternEndsSoon() {
        let pattern = String(repeating: "*a", count: 60) + "b"
        let found = assess(maker(3), [rule(pattern, .never)]) {
            $0.privateText.seriesDescription = String(repeating: "a", count: 128)
        }
        #expect(found.rule == nil)
    }

    @Test func everyConditionMustFit() {
        func fits(_ rule: SeriesRule) -> Bool {
            assess(maker(3), [rule]) { header in
                header.privateText.protocolName = "Brain FLAIR"
                header.stationName = "MR3"
                header.manufacturer = "GE MEDICAL SYSTEMS"
                header.model = "SIGNA Premier"
            }.rule != nil
        }
        #expect(fits(rule("*flair*", station: "mr3", scanner: "GE SIGNA*", .never)))
        #expect(fits(rule(nil, scanner: "GE MEDICAL*Premier", .never)))
        #expect(fits(rule(nil, scanner: "signa*", .never)))
        #expect(!fits(rule("*flair*", station: "MR1", .never)))
        #expect(!fits(rule(nil, scanner: "Siemens*", .never)))
    }

    @Test func aConditionOnSomethingMissingDoesNotFit() {
        #expect(assess(maker(3), [rule(nil, station: "*", .never)]).rule == nil)
    }

    @Test func excludedSeriesIsNotTaken() {
        let found = assess(maker(3), [rule(nil, scanner: nil, .never)])
        #expect(found.reason?.code == .excludedByRule)
        #expect(found.reason?.message.contains("Rule 1") == true)
    }

    @Test func exclusionComesBeforeMissingSlices() {
        let files = maker(3).files().enumerated().filter { $0.offset != 5 }.map(\.element)
        let found = SeriesChoice.choose(SeriesBuilder.series(of: files), rules: [rule(nil, .never)]).reasons[0]
        #expect(found.reason?.code == .excludedByRule)
    }

    @Test func firstFittingRuleCounts() {
        let rules = [
            SeriesRule(number: 1, description: "other", use: .never),
            SeriesRule(number: 2, station: "MR3", use: .prefer),
            SeriesRule(number: 3, description: "*", use: .never),
        ]
        let found = assess(maker(3), rules) {
            $0.privateText.seriesDescription = "t1"
            $0.stationName = "MR3"
        }
        #expect(found.rule?.number == 2)
        #expect(found.reason == nil)
    }

    @Test func ruleFillsInWhatTheHeaderLeavesOut() {
        let found = assess(maker(3, Self.stripped), [rule(nil, .flair)])
        #expect(found.finding.contrast == .flair)
        #expect(found.chosenFor == .flair)
        #expect(found.because.contains("Rule 1 of the configuration says FLAIR."))
    }

    @Test func ruleCountsForUnusualTimes() {
        var unusual = Acquisition.spaceFLAIR
        unusual.inversionTimeMS = 1200
        #expect(ContrastRule.find(unusual).code == .otherContrast)
        #expect(assess(maker(3, unusual), [rule(nil, .flair)]).chosenFor == .flair)
        #expect(assess(maker(3, unusual), [rule(nil, .t1w)]).reason?.code == .otherContrast)
    }

    @Test func ruleCannotTurnOneContrastIntoTheOther() {
        #expect(assess(maker(3), [rule(nil, .flair)]).reason?.code == .ruleContradicted)
        #expect(assess(maker(3, .spaceFLAIR), [rule(nil, .t1w)]).reason?.code == .ruleContradicted)
    }

    @Test func ruleCannotOutrankTheScanner() {
        var echoPlanar = Acquisition.mprage
        echoPlanar.isEchoPlanar = true
        #expect(assess(maker(3, echoPlanar), [rule(nil, .t1w)]).reason?.code == .echoPlanar)
        var agent = Acquisition.mprage
        agent.hasContrastAgent = true
        #expect(assess(maker(3, agent), [rule(nil, .t1w)]).reason?.code == .contrastAgent)
        var flat = Acquisition.mprage
        flat.acquisitionType = "2D"
        #expect(assess(maker(3, flat), [rule(nil, .t1w)]).reason?.code == .not3D)
        var spinEcho = Acquisition.mprage
        spinEcho.scanningSequence = ["SE"]
        #expect(assess(maker(3, spinEcho), [rule(nil, .t1w)]).reason?.code == .otherContrast)
        var thick = maker(3)
        thick.stepMM = 5
        #expect(assess(thick, [rule(nil, .t1w)]).reason?.code == .tooThick)
    }

    @Test func ruleOutranksWhatPeopleTyped() {
        let typed: (inout FileHeader) -> Void = {
            $0.privateText.seriesDescription = "t1 contrast"
            $0.bodyPart = "CSPINE"
        }
        #expect(assess(maker(3), [], typed).reason?.code == .contrastAgentHint)
        #expect(assess(maker(3), [rule("t1 contrast", .t1w)], typed).chosenFor == .t1w)
        #expect(assess(maker(3), [rule("t1 contrast", .prefer)], typed).reason?.code == .contrastAgentHint)
    }

    @Test func preferredSeriesWinsAmongEqualsOnly() {
        let rules = [SeriesRule(number: 4, description: "*second*", use: .prefer)]
        func choose(_ second: SeriesMaker) -> SeriesChoice.Outcome {
            let files = maker(3).files() + second.files { _, header in header.privateText.seriesDescription = "second" }
            return SeriesChoice.choose(SeriesBuilder.series(of: files), rules: rules)
        }
        let outcome = choose(maker(4))
        #expect(outcome.t1w?.seriesNumber == 4)
        #expect(outcome.reasons[1].decision?.contains("preferred by a rule") == true)
        var coarse = maker(4)
        coarse.stepMM = 1.9
        #expect(choose(coarse).t1w?.seriesNumber == 3)
    }
}
