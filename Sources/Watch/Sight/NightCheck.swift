package import Foundation
package import Imaging
package import Ledger

/// Whether a night was as it should be: asked by the daemon at a set hour, and by `fcdwatch status --morning`.
///
/// Pure: the same facts and the same moment give the same answer. Hours are those of the wall clock of the site's zone;
/// a day on which the clocks change has one such moment like any other.
package enum NightCheck {
    /// When to look, and what to expect.
    package struct Rules: Sendable, Hashable {
        /// The hour of the look.
        package var by: TimeOfDay
        package var nightBegins: TimeOfDay
        /// True where a night without any file is worth a notice.
        package var expectsStudies: Bool
        package var timeZone: TimeZone

        package init(by: TimeOfDay, nightBegins: TimeOfDay, expectsStudies: Bool, timeZone: TimeZone = .current) {
            self.by = by
            self.nightBegins = nightBegins
            self.expectsStudies = expectsStudies
            self.timeZone = timeZone
        }
    }

    /// One night; times are µs since 1970.
    package struct Night: Sendable, Hashable {
        /// Local date on which it ends, `2026-11-24`; each is looked at once.
        package var name: String
        package var beginUS: Int64
        /// When it is looked at.
        package var dueUS: Int64
        /// When the next begins: until then its notice stands.
        package var nextBeginUS: Int64
    }

    /// What is known when the look is taken.
    package struct Facts: Sendable {
        /// Files that came since the night began.
        package var received: Int
        /// Cases that have not ended.
        package var open: [CaseRecord]
        package var alarms: [Reason]

        package init(received: Int, open: [CaseRecord], alarms: [Reason]) {
            self.received = received
            self.open = open
            self.alarms = alarms
        }
    }

    /// A study counts as late only where its last file came this many minutes before the look…
    static let minutesForAStudy: Int64 = 60
    /// …and nothing has happened to it for this many.
    static let minutesWithoutChange: Int64 = 15

    /// The night whose hour has struck last.
    ///
    /// - Parameter now: µs since 1970.
    package static func latest(atUS now: Int64, rules: Rules) -> Night {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = rules.timeZone
        let today = Date(timeIntervalSince1970: Double(now) / 1e6)
        let due = us(rules.by, daysAfter: 0, today, calendar)
        // Days are counted at noon, which every day has.
        let end = due <= now ? 0 : -1
        let begins = rules.nightBegins < rules.by ? end : end - 1
        let day = calendar.dateComponents([.year, .month, .day], from: noon(daysAfter: end, today, calendar))
        return Night(
            name: [day.year, day.month, day.day].map { two($0 ?? 0) }.joined(separator: "-"),
            beginUS: us(rules.nightBegins, daysAfter: begins, today, calendar),
            dueUS: us(rules.by, daysAfter: end, today, calendar),
            nextBeginUS: us(rules.nightBegins, daysAfter: begins + 1, today, calendar))
    }

    /// What was not as it should be; empty for a good night.
    package static func judge(_ facts: Facts, _ night: Night, rules: Rules) -> [Reason] {
        var found: [Reason] = []
        if rules.expectsStudies, facts.received == 0 { found.append(SightCode.nightWithoutInput.reason) }
        let late = facts.open.filter { isLate($0, night) }
        if let oldest = late.map(\.lastInputAtUS).min() {
            found.append(
                Reason(
                    code: SightCode.nightNotEnded.rawValue,
                    message: "\(late.count) \(late.count == 1 ? "study is" : "studies are") not screened yet; the last "
                        + "file of the oldest came \(LocalTime.text(oldest)). See fcdwatch status for what is open."))
        }
        if !facts.alarms.isEmpty {
            found.append(
                Reason(
                    code: SightCode.nightWithAlarms.rawValue,
                    message: "The service is at fault: \(facts.alarms.map(\.code).joined(separator: "; ")). "
                        + "See fcdwatch status."))
        }
        return found
    }

    /// A study that waits says for what, and what somebody had screened again has no hour to keep.
    private static func isLate(_ record: CaseRecord, _ night: Night) -> Bool {
        guard !record.state.isFinal, record.state != .waiting, record.origin == .arrival else { return false }
        return record.lastInputAtUS < night.dueUS - minutesForAStudy * 60_000_000
            && record.updatedAtUS < night.dueUS - minutesWithoutChange * 60_000_000
    }

    private static func noon(daysAfter days: Int, _ today: Date, _ calendar: Calendar) -> Date {
        let noon = date(TimeOfDay(hour: 12, minute: 0), on: today, calendar)
        return calendar.date(byAdding: .day, value: days, to: noon) ?? noon.addingTimeInterval(Double(days) * 86_400)
    }

    private static func us(_ time: TimeOfDay, daysAfter days: Int, _ today: Date, _ calendar: Calendar) -> Int64 {
        let moment = date(time, on: noon(daysAfter: days, today, calendar), calendar)
        return Int64((moment.timeIntervalSince1970 * 1e6).rounded())
    }

    /// A time that a day leaves out becomes the next one it has; of two equal ones the calendar takes one.
    private static func date(_ time: TimeOfDay, on day: Date, _ calendar: Calendar) -> Date {
        var parts = calendar.dateComponents([.year, .month, .day], from: day)
        parts.hour = time.hour
        parts.minute = time.minute
        return calendar.date(from: parts) ?? day
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
