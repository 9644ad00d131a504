package import Ledger

/// Putting a failed case back into the queue.
package enum Retry {
    /// - Throws: `WRONG_STATE` where the case did not fail; the ledger's own errors.
    package static func again(_ caseID: String, in ledger: Ledger) throws {
        try ledger.commit { transaction in
            guard var record = try transaction.case(caseID) else {
                throw LedgerError(.notFound, "There is no case of this name. See fcdwatch list.", subject: caseID)
            }
            guard record.state == .failed, record.supersededBy == nil else {
                throw LedgerError(
                    .constraint, "Only a failed case can be retried; this one is \(record.state.rawValue).",
                    subject: caseID)
            }
            let code = record.code
            record.state = .ready
            record.code = nil
            record.attempts = 0
            record.summary = nil
            record.updatedAtUS = SystemTime().utcUS()
            try transaction.update(record)
            try transaction.audit(AuditEvent(.retry, caseID: caseID, body: ["was": AuditValue(code)]))
        }
    }
}
