/// When an image was acquired: local time without a zone, as DICOM has it. Dates are private: never in a message.
package struct AcquisitionMoment: Codable, Sendable, Hashable {
    /// Days since 1 March of the year 0.
    package var day: Int
    /// Seconds since midnight; nil where only the date is known.
    package var second: Int?

    package init(day: Int, second: Int? = nil) {
        self.day = day
        self.second = second
    }

    /// From a DICOM date (DA) and time (TM); nil where the date is none.
    package init?(date: String?, time: String?) {
        guard let date, let day = Self.day(date) else { return nil }
        self.init(day: day, second: time.flatMap(Self.second))
    }

    /// From a DICOM date and time (DT); a zone behind it is left out.
    package init?(dateTime: String?) {
        guard let dateTime, dateTime.count >= 8 else { return nil }
        self.init(date: String(dateTime.prefix(8)), time: String(dateTime.dropFirst(8)))
    }

    init?(of groups: FunctionalGroups) {
        let root = groups.root
        let found =
            Self(dateTime: root.code(.acquisitionDateTime))
            ?? Self(date: root.code(.acquisitionDate), time: root.code(.acquisitionTime))
            ?? Self(dateTime: groups.frame?.item(.frameContentSequence)?.code(.frameAcquisitionDateTime))
            ?? Self(date: root.code(.seriesDate), time: root.code(.seriesTime))
        guard let found else { return nil }
        self = found
    }

    /// Whether the first and the last of some moments lie more than 24 hours apart. Where a time is unknown, that of a whole
    /// day between them is.
    package static func areOverADayApart(_ moments: some Sequence<AcquisitionMoment>) -> Bool {
        let all = Set(moments)
        let daySeconds = 86_400
        guard let first = all.map(\.day).min(), let last = all.map(\.day).max() else { return false }
        let timed = all.compactMap { moment in moment.second.map { (moment.day - first) * daySeconds + $0 } }
        let spread = (timed.max() ?? 0) - (timed.min() ?? 0)
        return last - first > 1 || spread > daySeconds
    }

    /// Days since 1 March of the year 0, in the Gregorian calendar.
    private static func day(_ text: String) -> Int? {
        let digits = text.filter { $0 != "." }
        guard digits.utf8.count == 8, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(digits)
        else { return nil }
        let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100)
        guard year > 0, (1...12).contains(month), (1...31).contains(day) else { return nil }
        // Months counted from March put the leap day last.
        let (y, m) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1
    }

    private static func second(_ text: String) -> Int? {
        let digits = text.prefix { $0 != "." && $0 != "+" && $0 != "-" && $0 != "&" }.filter { $0 != ":" }
        guard [2, 4, 6].contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(digits.padding(to: 6))
        else { return nil }
        let (hour, minute, second) = (number / 10_000, number / 100 % 100, number % 100)
        guard hour < 24, minute < 60, second <= 60 else { return nil }
        return hour * 3600 + minute * 60 + second
    }
}

extension String {
    /// With zeros behind it.
    fileprivate func padding(to count: Int) -> String {
        self + String(repeating: "0", count: max(0, count - self.count))
    }
}
