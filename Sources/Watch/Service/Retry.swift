package import Ledger
import Screening

/// Putting a failed case back into the queue.
package enum Retry {
    /// Puts a case that failed, or for which there was no model, back into the queue.
    ///
    /// - Throws: `NOT_FOUND`, `WRONG_STATE`, and the ledger's own errors.
    package static func again(_ caseID: String, in ledger: Ledger) throws {
        guard let record = try ledger.case(caseID) else {
            throw WatchError(.notFound, "There is no case of this name. See fcdwatch list.")
        }
        let lackedModel = record.state == .notAssessable && record.code == ScreeningError.Code.noModel.rawValue
        guard record.state == .failed || lackedModel, record.supersededBy == nil else {
            throw WatchError(
                .wrongState,
                "Only a case that failed or had no model can be retried; this one is \(record.state.rawValue).")
        }
        try ledger.commit { transaction in
            guard try transaction.case(caseID)?.state != .running else {
                throw LedgerError(.constraint, "The case is being screened now.", subject: caseID)
            }
            try transaction.change(case: caseID, atUS: SystemTime().utcUS()) {
                $0.state = .ready
                $0.code = nil
                $0.attempts = 0
                $0.summary = nil
                $0.verdict = nil
                $0.resultSHA256 = nil
            }
            try transaction.audit(AuditEvent(.retry, caseID: caseID, body: ["was": AuditValue(record.code)]))
        }
    }
}
