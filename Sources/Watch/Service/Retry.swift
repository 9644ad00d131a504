package import Ledger
import Screening

/// Putting a case back into the queue, or at its head. The running service takes it up by itself.
package enum Retry {
    /// Puts a case that failed, or for which there was no model, back into the queue.
    ///
    /// - Throws: `NOT_FOUND`, `WRONG_STATE`, and the ledger's own errors.
    package static func again(_ caseID: String, in ledger: Ledger) throws {
        guard let record = try ledger.case(caseID) else { throw notFound }
        guard isRetriable(record) else {
            throw WatchError(
                .wrongState,
                "Only a case that failed or had no model can be retried; this one is \(record.state.rawValue).")
        }
        try requeue(record, priority: nil, in: ledger)
    }

    /// Puts a case that failed, or one that is not screened yet, at the head of the queue.
    ///
    /// A study with at least one whole image is then screened without waiting for the other.
    /// - Returns: what happens next, for the person who asked.
    /// - Throws: `NOT_FOUND`, `WRONG_STATE`, and the ledger's own errors.
    package static func first(_ caseID: String, in ledger: Ledger) throws -> String {
        guard let record = try ledger.case(caseID) else { throw notFound }
        if let newer = record.supersededBy, !record.isLate {
            throw WatchError(.wrongState, "Case \(newer) took the place of this one. Put that one first.")
        }
        let head = max(0, try ledger.highestPriority()) + 1
        if isRetriable(record) {
            try requeue(record, priority: head, in: ledger)
            return "The case is at the head of the queue."
        }
        switch record.state {
        case .arriving, .waiting, .ready:
            try prioritise(record, head, in: ledger)
            return nextStep(of: record)
        case .running:
            throw WatchError(.wrongState, "The case is being screened now. Wait for its report.")
        case .incomplete:
            throw WatchError(
                .wrongState,
                "The study lacks images (\(record.code ?? "EXPECTED_SLICES_MISSING")), so there is nothing whole to "
                    + "screen. Send it again; it is picked up by itself.")
        case .reported, .notAssessable, .failed:
            throw WatchError(
                .wrongState, "The case has ended as \(record.state.rawValue). Use fcdwatch rescreen to screen it again."
            )
        }
    }

    private static func nextStep(of record: CaseRecord) -> String {
        switch record.state {
        case .waiting where record.code != nil:
            "The case is first, but images are missing. It is screened as soon as one image is whole."
        case .waiting: "The case is at the head of the queue; it is screened without its pair."
        case .arriving:
            "The case is first. It is screened once its files have stopped coming, without waiting for a pair."
        default: "The case is at the head of the queue."
        }
    }

    private static var notFound: WatchError {
        WatchError(.notFound, "There is no case of this name. See fcdwatch list.")
    }

    private static func isRetriable(_ record: CaseRecord) -> Bool {
        let lackedModel = record.state == .notAssessable && record.code == ScreeningError.Code.noModel.rawValue
        return (record.state == .failed || lackedModel) && record.supersededBy == nil
    }

    private static func prioritise(_ record: CaseRecord, _ priority: Int, in ledger: Ledger) throws {
        try ledger.commit { transaction in
            guard let now = try transaction.case(record.id), !now.state.isFinal, now.state != .running else {
                throw LedgerError(.constraint, "The case has moved on; see fcdwatch show.", subject: record.id)
            }
            try transaction.change(case: record.id, atUS: now.updatedAtUS) { $0.priority = priority }
            try transaction.audit(
                AuditEvent(
                    .prioritised, caseID: record.id,
                    body: ["priority": AuditValue(priority), "state": .string(now.state.rawValue)]))
        }
    }

    private static func requeue(_ record: CaseRecord, priority: Int?, in ledger: Ledger) throws {
        try ledger.commit { transaction in
            guard let now = try transaction.case(record.id), isRetriable(now) else {
                throw LedgerError(.constraint, "The case has moved on; see fcdwatch show.", subject: record.id)
            }
            try transaction.change(case: record.id, atUS: SystemTime().utcUS()) {
                $0.state = .ready
                $0.code = nil
                $0.attempts = 0
                $0.summary = nil
                $0.verdict = nil
                $0.resultSHA256 = nil
                if let priority { $0.priority = priority }
            }
            try transaction.audit(
                AuditEvent(
                    .retry, caseID: record.id,
                    body: ["was": AuditValue(record.code), "first": .bool(priority != nil)]))
        }
    }
}
