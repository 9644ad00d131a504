import Crypto
import Foundation
import GRDB

extension Ledger {
    /// The newest audit row's name, to be kept outside the ledger; nil while there is none.
    package func head() throws(LedgerError) -> AuditAnchor? {
        try read { db in try Ledger.head(db) }
    }

    /// Audit rows with a larger number than `seq`, in order.
    package func audit(after seq: Int64 = 0, limit: Int = Ledger.chunkRows) throws(LedgerError) -> [AuditRow] {
        try read { db in try Stored<AuditRow>.all(db, "WHERE seq > ? ORDER BY seq LIMIT ?", [seq, limit]) }
    }

    package func audit(caseID: String) throws(LedgerError) -> [AuditRow] {
        try read { db in try Stored<AuditRow>.all(db, "WHERE caseID = ? ORDER BY seq", [caseID]) }
    }

    /// Hands every row after `seq` to `line` as one line of JSON, reading in chunks so that the service is not held
    /// up.
    ///
    /// - Returns: the number of lines.
    package func exportAudit(after seq: Int64 = 0, _ line: (String) throws -> Void) throws(LedgerError) -> Int {
        var last = seq
        var count = 0
        while true {
            let rows = try audit(after: last)
            guard let end = rows.last else { return count }
            try ledgerErrors(path: path) {
                for row in rows { try line(row.jsonLine) }
            }
            last = end.seq
            count += rows.count
        }
    }

    /// Walks the chain from the first row to the row that was newest at the call, in chunks.
    ///
    /// Finds any edited column, a missing, swapped, replaced or added row, and a shortened table. A whole file put
    /// back from earlier is consistent in itself: only an anchor from outside finds it.
    /// - Parameter anchors: heads that were noted outside the ledger.
    /// - Throws: `LEDGER_SCHEMA_CHANGED` where the rows are whole and the triggers that protect them are not as
    ///   they were made; `LEDGER_KEY_MISSING` for a reader without a key; what reading throws.
    package func verifyAudit(anchors: [AuditAnchor] = []) throws(LedgerError) -> AuditVerification {
        guard let key else {
            throw LedgerError(.keyMissing, "The audit is verified with the site key only; configure it.")
        }
        let end = try read { db in
            AuditEnd(
                newest: try Int64.fetchOne(db, sql: "SELECT max(seq) FROM audit") ?? 0,
                head: try Row.fetchOne(db, sql: "SELECT seq, hash, seal FROM auditHead WHERE id = 1"))
        }
        var walk = AuditWalk(key: key.derived("audit"), anchors: anchors)
        while walk.last < end.newest {
            let rows = try read { db in
                try Row.fetchAll(
                    db, sql: "\(AuditWalk.selection) WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
                    arguments: [walk.last, end.newest, Ledger.chunkRows])
            }
            for row in rows {
                if let why = walk.step(row) { return .broken(seq: walk.last, why: why) }
            }
            guard !rows.isEmpty else { return .broken(seq: walk.last + 1, why: "the row is missing") }
        }
        let found = walk.finish(end)
        if found.isIntact { try read(LedgerOpening.checkTriggers) }
        return found
    }

    /// Checks every page and index of the file (`integrity_check`); slow on a large file, for the night.
    ///
    /// - Throws: `LEDGER_CORRUPT`.
    package func integrityCheck() throws(LedgerError) {
        try read { db in
            let finding = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)")
            guard finding == "ok" else { throw LedgerError.corrupt(finding ?? "integrity_check said nothing") }
            guard try Row.fetchOne(db, sql: "PRAGMA foreign_key_check") == nil else {
                throw LedgerError.corrupt("a row names a case that does not exist")
            }
        }
    }

    static func head(_ db: Database) throws -> AuditAnchor? {
        try Row.fetchOne(db, sql: "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").map {
            AuditAnchor(seq: $0["seq"], hash: $0["hash"])
        }
    }
}
