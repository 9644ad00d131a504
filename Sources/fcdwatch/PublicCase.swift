import Ledger
import Watch

/// A case without the values that belong on the work list alone (accession and study time).
struct PublicCase: Codable {
    var caseID: String
    var state: String
    var code: String?
    var meaning: String?
    var waitingFor: String?
    var verdict: String?
    var noClinicalMeaning: Bool
    var attempts: Int
    var pseudonym: String
    var supersededBy: String?
    /// Set for late files of a study: the case whose report stands.
    var lateFor: String?
    var resultSHA256: String?
    var createdAtUTC: Int64
    var updatedAtUTC: Int64
    var profile: String?
    var priority: Int
    var origin: String

    init(_ record: CaseRecord) {
        caseID = record.id
        state = record.state.rawValue
        code = record.code
        meaning = record.code.map { ReasonTable.sentence(for: $0) }
        waitingFor = record.waitingFor
        verdict = record.verdict
        noClinicalMeaning = record.noClinicalMeaning
        attempts = record.attempts
        pseudonym = record.pseudonym
        supersededBy = record.isLate ? nil : record.supersededBy
        lateFor = record.isLate ? record.supersededBy : nil
        resultSHA256 = record.resultSHA256
        createdAtUTC = record.createdAtUS
        updatedAtUTC = record.updatedAtUS
        profile = record.profile
        priority = record.priority
        origin = record.origin.rawValue
    }

    private var verdictText: String { verdict ?? "-" }

    /// Together at most 100 columns.
    private static let widths = [12, 13, 26, 22, 16]

    /// Rows of a list under their headings.
    static func table(_ records: [CaseRecord]) -> [String] {
        [Columns.line(["CASE", "STATE", "VERDICT OR CODE", "NOTE", "CHANGED"], widths)]
            + records.map { Columns.line(PublicCase($0).cells, widths) }
    }

    /// One row of a list.
    private var cells: [String] {
        [
            caseID, supersededBy == nil ? state : "superseded", code ?? verdictText, note,
            LocalTime.short(updatedAtUTC),
        ]
    }

    /// What a list says beside the state.
    private var note: String {
        if let supersededBy { return "now \(supersededBy)" }
        if let lateFor { return "late for \(lateFor)" }
        if let waitingFor { return (priority > 0 ? "first, " : "") + waitingFor }
        let isOpen = ["arriving", "waiting", "ready", "running"].contains(state)
        if priority > 0, isOpen { return "first" }
        if origin == CaseOrigin.rescreen.rawValue { return profile.map { "again, \($0)" } ?? "again" }
        return attempts > 1 ? "\(attempts) attempts" : "-"
    }

    /// One line for each fact.
    var lines: [[String]] {
        var lines = [
            ["case", caseID], ["state", state], ["verdict", verdictText], ["pseudonym", pseudonym],
            ["attempts", "\(attempts)"], ["discovered", LocalTime.text(createdAtUTC)],
            ["changed", LocalTime.text(updatedAtUTC)],
        ]
        if let code { lines.append(["code", "\(code): \(meaning ?? "")"]) }
        if priority != 0 { lines.append(["priority", "\(priority)"]) }
        if let profile { lines.append(["profile", profile]) }
        if origin == CaseOrigin.rescreen.rawValue { lines.append(["origin", "screened again on request"]) }
        if let waitingFor { lines.append(["waiting for", waitingFor]) }
        if let supersededBy { lines.append(["superseded by", supersededBy]) }
        if let lateFor { lines.append(["late files of", lateFor]) }
        if let resultSHA256 { lines.append(["result.json", "SHA-256 \(resultSHA256)"]) }
        return lines
    }
}
