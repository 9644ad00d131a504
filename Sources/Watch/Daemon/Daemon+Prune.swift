import Ledger

/// Letting go of private copies that nobody needs any more.
extension Daemon {
    private static let hoursBetweenPrunes: Int64 = 24

    /// Removes the copies of cases that ended long ago, once a day. Late slices of such a study begin a new one.
    func pruneCopiesIfDue() throws {
        let now = time.monotonicNS()
        guard settings.keepCopiesDays > 0,
            copiesPrunedAtNS.map({ now - $0 >= Self.hoursBetweenPrunes * 3_600_000_000_000 }) ?? true
        else { return }
        copiesPrunedAtNS = now
        let oldest = time.utcUS() - Int64(settings.keepCopiesDays) * 86_400_000_000
        for record in try ledger.cases() where record.state.isFinal && record.updatedAtUS < oldest {
            let copies = try ledger.inputs(caseID: record.id).filter { $0.spoolName != nil }
            guard !copies.isEmpty else { continue }
            // The row first: a copy without a row is removed at the next start, a row without a copy would be a lie.
            try ledger.commit { transaction in
                for copy in copies {
                    var row = copy
                    row.spoolName = nil
                    try transaction.update(row)
                }
                try transaction.audit(AuditEvent(.prune, caseID: record.id, body: ["copies": AuditValue(copies.count)]))
            }
            for name in copies.compactMap(\.spoolName) { try SpoolFolder.remove(settings.spool + "/" + name) }
        }
    }
}
