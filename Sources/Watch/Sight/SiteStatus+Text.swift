import Imaging
import Ledger

extension SiteStatus {
    /// One line for a person or a monitoring system.
    package var brief: String {
        let open = "\(counts.cases(.reported)) reported, \(openStudies) open"
        guard let first = attention.first else {
            return "OK: \(open), sign of life \(Self.age(service.ageSeconds)) ago"
        }
        let more = attention.count > 1 ? " and \(attention.count - 1) more" : ""
        return "ATTENTION: \(first.code)\(more); \(open)"
    }

    /// The whole, in lines.
    package var lines: [String] {
        serviceLines + attentionLines + sumLines + openLines + refusedLines + spaceLines
    }

    private var serviceLines: [String] {
        var lines: [String] = []
        switch service.isRunning {
        case true?: lines.append(service.isAlive ? "The service is running." : "THE SERVICE RUNS BUT DOES NOT GET ON.")
        case false?: lines.append("THE SERVICE IS NOT RUNNING.")
        case nil: lines.append("Whether the service runs cannot be told: run this as root or as its user.")
        }
        lines.append("  last sign of life  " + Self.moment(service.lastSignOfLifeUTC, service.ageSeconds))
        lines.append(
            "  last file          " + Self.moment(lastInputUTC, lastInputUTC.map { Int((atUTC - $0) / 1_000_000) }))
        if let screening = service.screening { lines.append("  screening          \(screening)") }
        if let settling = service.settlingInInbox, settling > 0 {
            lines.append("  in the inbox       \(settling) files that are not quiet yet")
        }
        return lines
    }

    private var attentionLines: [String] {
        guard !attention.isEmpty else { return ["All is well."] }
        return ["Needs attention:"] + attention.map { "  \($0.code): \($0.message)" }
    }

    private var sumLines: [String] {
        var lines = ["Input files: \(counts.received) received"]
        lines += InputOutcome.allCases.map { "  " + Self.padded($0.rawValue, 14) + "\(counts.inputs($0))" }
        lines.append("Studies: \(counts.cases)")
        lines += CaseState.allCases.map { "  " + Self.padded($0.rawValue, 14) + "\(counts.cases($0))" }
        if counts.superseded > 0 { lines.append("  " + Self.padded("superseded", 14) + "\(counts.superseded)") }
        lines.append(
            counts.balanced ? "The sums balance." : "THE SUMS DO NOT BALANCE. Run fcdwatch audit verify.")
        return lines
    }

    private var openLines: [String] {
        guard !open.isEmpty else { return ["Nothing is open."] }
        var lines = ["Open studies, the longest wait first:"]
        for study in open {
            let first = study.priority > 0 ? ", put first" : ""
            lines.append(
                "  " + Self.padded(study.caseID, 14) + Self.padded(study.state, 10)
                    + "waits for \(study.waitingFor) since \(LocalTime.short(study.sinceUTC)), "
                    + Self.age(study.minutes * 60) + first)
        }
        if openStudies > open.count { lines.append("  and \(openStudies - open.count) more; see fcdwatch list") }
        return lines
    }

    private var refusedLines: [String] {
        guard !refused.isEmpty else { return [] }
        return ["Refused files:"] + refused.map { "  " + Self.padded("\($0.count)", 6) + "\($0.code): \($0.advice)" }
    }

    private var spaceLines: [String] {
        ["Room left:"]
            + space.map {
                "  " + Self.padded($0.folder, 14) + Self.size($0.freeBytes)
                    + ($0.isEnough ? "" : ": LESS THAN inbox.reserveMB")
            }
    }

    private static func moment(_ utcUS: Int64?, _ age: Int?) -> String {
        guard let utcUS else { return "none yet" }
        return "\(LocalTime.text(utcUS)), \(Self.age(age)) ago"
    }

    /// A length of time in its largest unit.
    static func age(_ seconds: Int?) -> String {
        guard let seconds else { return "no time" }
        switch seconds {
        case ..<120: return "\(max(0, seconds)) s"
        case ..<7200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3600) h"
        default: return "\(seconds / 86_400) days"
        }
    }

    private static func size(_ bytes: Int64) -> String {
        bytes >= 10 << 30 ? "\(bytes >> 30) GiB" : "\(bytes >> 20) MiB"
    }

    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
