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
    var resultSHA256: String?
    var createdAtUTC: Int64
    var updatedAtUTC: Int64

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
        supersededBy = record.supersededBy
        resultSHA256 = record.resultSHA256
        createdAtUTC = record.createdAtUS
        updatedAtUTC = record.updatedAtUS
    }

    private var verdictText: String { verdict ?? "-" }

    /// One row of a list.
    var cells: [String] {
        [
            caseID, supersededBy == nil ? state : "superseded", code ?? "-", waitingFor ?? "-", verdictText,
            "\(attempts)", LocalTime.text(updatedAtUTC),
        ]
    }

    /// One line for each fact.
    var lines: [[String]] {
        var lines = [
            ["case", caseID], ["state", state], ["verdict", verdictText], ["pseudonym", pseudonym],
            ["attempts", "\(attempts)"], ["discovered", LocalTime.text(createdAtUTC)],
            ["changed", LocalTime.text(updatedAtUTC)],
        ]
        if let code { lines.append(["code", "\(code): \(meaning ?? "")"]) }
        if let waitingFor { lines.append(["waiting for", waitingFor]) }
        if let supersededBy { lines.append(["superseded by", supersededBy]) }
        if let resultSHA256 { lines.append(["result.json", "SHA-256 \(resultSHA256)"]) }
        return lines
    }
}
