import Foundation
import Imaging
import Ledger
import Testing
import Watch

@Suite struct NightCheckTests {
    private static let berlin = TimeZone(identifier: "Europe/Berlin") ?? .gmt

    private func rules(by: String = "06:30", begins: String = "18:00", expects: Bool = true) throws -> NightCheck.Rules
    {
        NightCheck.Rules(
            by: try #require(TimeOfDay(by)), nightBegins: try #require(TimeOfDay(begins)), expectsStudies: expects,
            timeZone: Self.berlin)
    }

    /// µs since 1970 of a UTC time.
    private func us(_ utc: String) throws -> Int64 {
        Int64(try Date("\(utc):00Z", strategy: .iso8601).timeIntervalSince1970) * 1_000_000
    }

    @Test func nightIsTheOneWhoseHourHasStruck() throws {
        let rules = try rules()
        // Winter: UTC+1.
        let before = NightCheck.latest(atUS: try us("2026-11-24T05:29"), rules: rules)
        #expect(before.name == "2026-11-23")
        let after = NightCheck.latest(atUS: try us("2026-11-24T05:30"), rules: rules)
        #expect(after.name == "2026-11-24")
        #expect(after.beginUS == (try us("2026-11-23T17:00")))
        #expect(after.dueUS == (try us("2026-11-24T05:30")))
        #expect(after.nextBeginUS == (try us("2026-11-24T17:00")))
        #expect(NightCheck.latest(atUS: try us("2026-11-24T23:30"), rules: rules).name == "2026-11-24", "the local day")
    }

    @Test func nightOfADayThatBeginsAndEndsItIsOfThatDay() throws {
        let night = try NightCheck.latest(atUS: us("2026-11-24T12:00"), rules: rules(by: "06:30", begins: "00:15"))
        #expect(night.beginUS == (try us("2026-11-23T23:15")))
        #expect(night.nextBeginUS == (try us("2026-11-24T23:15")))
    }

    @Test(arguments: [("2026-03-29", 11.5), ("2026-10-25", 13.5), ("2026-06-01", 12.5)])
    func nightsOfAChangedClockAreAnHourShorterOrLonger(day: String, hours: Double) throws {
        let night = try NightCheck.latest(atUS: us("\(day)T12:00"), rules: rules())
        #expect(night.name == day)
        #expect(Double(night.dueUS - night.beginUS) / 3.6e9 == hours)
    }

    @Test(arguments: ["2026-03-29", "2026-10-25"])
    func hourThatADayLacksOrHasTwiceStrikesOnce(day: String) throws {
        let rules = try rules(by: "02:30", begins: "18:00")
        var names: [String] = []
        let start = try us("\(day)T00:00") - 6 * 3_600_000_000
        for minutes in stride(from: Int64(0), to: 24 * 60, by: 5) {
            let name = NightCheck.latest(atUS: start + minutes * 60_000_000, rules: rules).name
            if names.last != name { names.append(name) }
        }
        #expect(names.count == 2)
        #expect(names.last == day)
    }

    @Test func everyNightOfAYearFollowsTheLast() throws {
        let rules = try rules()
        var last: NightCheck.Night?
        for day in 0..<366 {
            let night = NightCheck.latest(
                atUS: try us("2026-01-01T12:00") + Int64(day) * 86_400_000_000, rules: rules)
            if let last {
                #expect(night.beginUS == last.nextBeginUS)
                #expect(night.dueUS > night.beginUS)
            }
            last = night
        }
    }

    private func record(_ state: CaseState, lastFile: String, changed: String) throws -> CaseRecord {
        CaseRecord(
            id: "c", studyKey: "s", pseudonym: "p", state: state, createdAtUS: 1, updatedAtUS: try us(changed),
            lastInputAtUS: try us(lastFile))
    }

    private func codes(_ facts: NightCheck.Facts, expects: Bool = true) throws -> [String] {
        let rules = try rules(expects: expects)
        let night = NightCheck.latest(atUS: try us("2026-11-24T05:31"), rules: rules)
        return NightCheck.judge(facts, night, rules: rules).map(\.code)
    }

    @Test func silenceIsSaidWhereStudiesAreExpected() throws {
        let none = NightCheck.Facts(received: 0, open: [], alarms: [])
        #expect(try codes(none) == ["NIGHT_WITHOUT_INPUT"])
        #expect(try codes(none, expects: false) == [])
        #expect(try codes(NightCheck.Facts(received: 1, open: [], alarms: [])) == [])
    }

    @Test func studyThatCameLongAgoMustHaveEnded() throws {
        for (state, lastFile, changed, isLate) in [
            (CaseState.ready, "2026-11-24T03:00", "2026-11-24T03:00", true),
            (.running, "2026-11-24T03:00", "2026-11-24T05:00", true),
            (.ready, "2026-11-24T03:00", "2026-11-24T05:25", false),
            (.ready, "2026-11-24T05:00", "2026-11-24T05:00", false),
            (.waiting, "2026-11-24T03:00", "2026-11-24T03:00", false),
            (.reported, "2026-11-24T03:00", "2026-11-24T03:00", false),
        ] {
            let record = try record(state, lastFile: lastFile, changed: changed)
            let found = try codes(NightCheck.Facts(received: 1, open: [record], alarms: []))
            #expect(found == (isLate ? ["NIGHT_NOT_ENDED"] : []), "\(state) \(lastFile) \(changed)")
        }
        var backlog = try record(.ready, lastFile: "2026-11-24T03:00", changed: "2026-11-24T03:00")
        backlog.origin = .rescreen
        #expect(try codes(NightCheck.Facts(received: 1, open: [backlog], alarms: [])) == [])
    }

    @Test func alarmsMakeANotice() throws {
        let alarm = Reason(code: "SCREENING STOPPED: MODEL_CHANGED", message: "Restore it.")
        #expect(try codes(NightCheck.Facts(received: 1, open: [], alarms: [alarm])) == ["NIGHT_WITH_ALARMS"])
    }

    @Test(arguments: ["6:30", "24:00", "12:60", "noon", "", "12:3a", "１2:30"])
    func onlyATimeOfDayIsOne(text: String) { #expect(TimeOfDay(text) == nil) }

    @Test func timesOfDayAreWrittenAsTheyAreRead() {
        for text in ["00:00", "06:05", "23:59"] { #expect(TimeOfDay(text)?.description == text) }
    }
}
