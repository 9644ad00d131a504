import Imaging
import Ledger
import Logging

/// Contradictions that a person has to know of: said once for each case and code, and kept on the work list.
extension Daemon {
    /// Days for which a study's alarm stands on top of the work list; its row keeps it.
    private static let alarmDays: Int64 = 3
    /// Cases that one line of the work list names.
    private static let casesPerAlarm = 10

    /// Raises alarms about a case.
    func raise(_ codes: [String], in caseID: String) throws {
        guard !codes.isEmpty else { return }
        var raised: [String] = []
        let known = CaseSummary(json: try ledger.case(caseID)?.summary).alarms
        guard !Set(codes).isSubset(of: known) else { return }
        try ledger.commit { transaction in
            raised = []
            for code in codes where try note(code, in: caseID, &transaction) { raised.append(code) }
        }
        for code in raised { tell(code, in: caseID) }
    }

    /// Notes an alarm in a transaction that is under way.
    ///
    /// - Parameter other: another case that is part of the contradiction.
    /// - Returns: false where it is known; `tell` about it once the transaction is through.
    func note(
        _ code: String, in caseID: String, other: String? = nil, _ transaction: inout Ledger.Transaction
    ) throws -> Bool {
        guard let record = try transaction.case(caseID) else { return false }
        var summary = CaseSummary(json: record.summary)
        guard !summary.alarms.contains(code) else { return false }
        summary.alarms.append(code)
        try transaction.change(case: caseID, atUS: time.utcUS()) { $0.summary = summary.json }
        try transaction.audit(
            AuditEvent(.conflict, outcome: code, caseID: caseID, body: ["other": AuditValue(other)]))
        return true
    }

    /// Says an alarm in the journal.
    func tell(_ code: String, in caseID: String) {
        log.warning(
            "Files of a study contradict each other or another study.",
            metadata: JournalMessage.inputConflict.metadata(["case": "\(caseID)", "code": "\(code)"]))
        workListIsStale = true
    }

    /// The alarms of these cases, one line for each code.
    func studyAlarms(_ cases: [CaseRecord]) -> [Reason] {
        let oldest = time.utcUS() - Self.alarmDays * 86_400_000_000
        var named: [String: [String]] = [:]
        for record in cases where record.updatedAtUS > oldest {
            for code in CaseSummary(json: record.summary).alarms { named[code, default: []].append(record.id) }
        }
        return named.sorted { $0.key < $1.key }.map { code, ids in
            let more = ids.count > Self.casesPerAlarm ? " and \(ids.count - Self.casesPerAlarm) more" : ""
            let list = ids.sorted().prefix(Self.casesPerAlarm).joined(separator: ", ")
            return Reason(
                code: code,
                message: ReasonTable.sentence(for: code) + (ids.count == 1 ? " Case " : " Cases ") + list + more + ".")
        }
    }
}
