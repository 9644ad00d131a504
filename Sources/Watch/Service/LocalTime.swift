import Glibc

/// Moments as people on site read them; µs since 1970 to local time and back.
///
/// By the C library: Foundation's formatters and calendars load tables of all languages, 12 MB of a service that has
/// 60 to live in.
package enum LocalTime {
    /// `2026-11-23 06:12 CET`.
    package static func text(_ utcUS: Int64) -> String { format(utcUS, "%Y-%m-%d %H:%M %Z") }

    /// `2026-11-23 06:12`, for columns.
    package static func short(_ utcUS: Int64) -> String { format(utcUS, "%Y-%m-%d %H:%M") }

    /// `06:12:07`, for a story of one night.
    package static func clock(_ utcUS: Int64) -> String { format(utcUS, "%H:%M:%S") }

    /// Hour and minute on the wall.
    static func timeOfDay(_ utcUS: Int64) -> TimeOfDay {
        let parts = local(utcUS)
        return TimeOfDay(hour: Int(parts.tm_hour), minute: Int(parts.tm_min))
    }

    /// The first moment of the local day after the one that begins at `begin`.
    package static func dayAfter(_ begin: Int64) -> Int64 {
        var parts = local(begin)
        parts.tm_mday += 1
        // Whether that day has summer time is for the library to say.
        parts.tm_isdst = -1
        return Int64(mktime(&parts)) * 1_000_000
    }

    /// When a local day such as `2026-11-01` begins, in µs since 1970; nil for anything else.
    package static func day(_ text: String) -> Int64? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int32($0) }
        guard text.utf8.count == 10, parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2]
        else { return nil }
        var wanted = tm()
        wanted.tm_year = year - 1900
        wanted.tm_mon = month - 1
        wanted.tm_mday = day
        wanted.tm_isdst = -1
        // A 31st of February becomes a day of March.
        let seconds = mktime(&wanted)
        guard wanted.tm_year == year - 1900, wanted.tm_mon == month - 1, wanted.tm_mday == day else { return nil }
        return Int64(seconds) * 1_000_000
    }

    private static func local(_ utcUS: Int64) -> tm {
        // Towards the past also before 1970.
        var seconds = time_t(utcUS >= 0 ? utcUS / 1_000_000 : (utcUS - 999_999) / 1_000_000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return parts
    }

    private static func format(_ utcUS: Int64, _ pattern: String) -> String {
        var parts = local(utcUS)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            let count = strftime(buffer.baseAddress!, buffer.count, pattern, &parts)
            return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
