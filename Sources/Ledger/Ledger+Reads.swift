import GRDB

/// One case with all that is known about it.
package struct CaseExplanation: Codable, Sendable {
    package var record: CaseRecord
    package var inputs: [InputRecord]
    /// In order.
    package var audit: [AuditRow]
    /// Cases that this one took the place of.
    package var supersedes: [String]
}

extension Ledger {
    /// In order of arrival.
    package func inputs(outcome: InputOutcome) throws(LedgerError) -> [InputRecord] {
        try read { db in try Stored<InputRecord>.all(db, "WHERE outcome = ? ORDER BY id", [outcome.rawValue]) }
    }

    package func inputs(caseID: String) throws(LedgerError) -> [InputRecord] {
        try read { db in try Stored<InputRecord>.all(db, "WHERE caseID = ? ORDER BY id", [caseID]) }
    }

    package func inputs(studyKey: String) throws(LedgerError) -> [InputRecord] {
        try read { db in try Stored<InputRecord>.all(db, "WHERE studyKey = ? ORDER BY id", [studyKey]) }
    }

    /// Every file that claimed to be this instance.
    package func inputs(instanceKey: String) throws(LedgerError) -> [InputRecord] {
        try read { db in try Stored<InputRecord>.all(db, "WHERE instanceKey = ? ORDER BY id", [instanceKey]) }
    }

    /// Rows after the row number `id`, oldest first.
    package func inputs(after id: Int64, limit: Int = Ledger.chunkRows) throws(LedgerError) -> [InputRecord] {
        try read { db in try Stored<InputRecord>.all(db, "WHERE id > ? ORDER BY id LIMIT ?", [id, limit]) }
    }

    /// The file that first brought these bytes: duplicates only where nothing else is left.
    package func input(sha256: String) throws(LedgerError) -> InputRecord? {
        try read { db in try Ledger.input(db, sha256: sha256) }
    }

    package func input(_ id: Int64) throws(LedgerError) -> InputRecord? {
        try read { db in try Ledger.input(db, id) }
    }

    /// The newest row of a file that was left where it is; all five must agree.
    package func input(
        device: Int64, inode: Int64, size: Int64, mtimeNS: Int64, sha256: String
    ) throws(LedgerError) -> InputRecord? {
        try read { db in
            try Stored<InputRecord>.one(
                db, "WHERE inode = ? AND device = ? AND size = ? AND mtimeNS = ? AND sha256 = ? ORDER BY id DESC",
                [inode, device, size, mtimeNS, sha256])
        }
    }

    /// Oldest first, superseded ones included.
    package func cases() throws(LedgerError) -> [CaseRecord] {
        try read { db in try Stored<CaseRecord>.all(db, "ORDER BY createdAtUS, id") }
    }

    /// Oldest first, without superseded ones.
    package func cases(state: CaseState) throws(LedgerError) -> [CaseRecord] {
        try read { db in
            try Stored<CaseRecord>.all(
                db, "WHERE state = ? AND supersededBy IS NULL ORDER BY createdAtUS, id", [state.rawValue])
        }
    }

    /// All cases of one patient, oldest first.
    package func cases(pseudonym: String) throws(LedgerError) -> [CaseRecord] {
        try read { db in
            try Stored<CaseRecord>.all(db, "WHERE pseudonym = ? ORDER BY createdAtUS, id", [pseudonym])
        }
    }

    package func `case`(_ id: String) throws(LedgerError) -> CaseRecord? {
        try read { db in try Stored<CaseRecord>.one(db, "WHERE id = ?", [id]) }
    }

    /// The case in force for a study.
    package func `case`(studyKey: String) throws(LedgerError) -> CaseRecord? {
        try read { db in try Ledger.case(db, studyKey: studyKey) }
    }

    /// A case, its inputs and its audit rows, read together.
    ///
    /// - Throws: `LEDGER_NOT_FOUND`.
    package func explain(_ id: String) throws(LedgerError) -> CaseExplanation {
        try read { db in
            guard let record = try Stored<CaseRecord>.one(db, "WHERE id = ?", [id]) else {
                throw LedgerError(.notFound, "There is no such case; `fcdwatch list` shows all.", subject: id)
            }
            return CaseExplanation(
                record: record,
                inputs: try Stored<InputRecord>.all(db, "WHERE caseID = ? ORDER BY id", [id]),
                audit: try Stored<AuditRow>.all(db, "WHERE caseID = ? ORDER BY seq", [id]),
                supersedes: try String.fetchAll(
                    db,
                    sql: """
                        SELECT id FROM cases AS older
                        WHERE supersededBy = ? AND \(Ledger.wasInForce) ORDER BY createdAtUS, id
                        """, arguments: [id]))
        }
    }

    package func counts() throws(LedgerError) -> LedgerCounts {
        try read { db in
            let codes = try Row.fetchAll(
                db, sql: "SELECT outcome, code, count(*) AS n FROM inputs GROUP BY outcome, code ORDER BY outcome, code"
            )
            let states = try Row.fetchAll(
                db, sql: "SELECT state, count(*) AS n FROM cases WHERE supersededBy IS NULL GROUP BY state")
            return LedgerCounts(
                received: try Int.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'inputs'") ?? 0,
                inputCodes: codes.map { .init(outcome: $0["outcome"], code: $0["code"], count: $0["n"]) },
                casesByState: Dictionary(uniqueKeysWithValues: states.map { ($0["state"], $0["n"]) }),
                studies: try Int.fetchOne(db, sql: "SELECT count(DISTINCT studyKey) FROM cases") ?? 0,
                superseded: try Int.fetchOne(db, sql: "SELECT count(*) FROM cases WHERE supersededBy IS NOT NULL") ?? 0)
        }
    }

    /// The case to screen next: the highest priority first, then what has been ready for longest.
    package func nextReady() throws(LedgerError) -> CaseRecord? {
        try read { db in
            try Stored<CaseRecord>.one(
                db, "WHERE state = 'ready' AND supersededBy IS NULL ORDER BY priority DESC, updatedAtUS, id", [])
        }
    }

    /// What `Transaction.setMeta` remembered.
    package func meta(_ name: String) throws(LedgerError) -> String? {
        try read { db in try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = ?", arguments: [name]) }
    }

    static func input(_ db: Database, _ id: Int64) throws -> InputRecord? {
        try Stored<InputRecord>.one(db, "WHERE id = ?", [id])
    }

    static func input(_ db: Database, sha256: String) throws -> InputRecord? {
        try Stored<InputRecord>.one(
            db, "WHERE sha256 = ? ORDER BY spoolName IS NULL, outcome = 'duplicate', id", [sha256])
    }

    static func `case`(_ db: Database, studyKey: String) throws -> CaseRecord? {
        try Stored<CaseRecord>.one(db, "WHERE studyKey = ? AND supersededBy IS NULL", [studyKey])
    }
}

extension Ledger {
    /// Cases that a worker has, also those that late files have superseded meanwhile.
    package func runningCases() throws(LedgerError) -> [CaseRecord] {
        try read { db in try Stored<CaseRecord>.all(db, "WHERE state = 'running' ORDER BY id") }
    }

    /// Waiting inputs of which nothing is known yet and that came after the row number `id`, in order of arrival.
    package func inputsOfUnknownKind(after id: Int64 = 0, limit: Int = .max) throws(LedgerError) -> [InputRecord] {
        try read { db in
            try Stored<InputRecord>.all(
                db, "WHERE outcome = 'waiting' AND kind IS NULL AND id > ? ORDER BY id LIMIT ?", [id, limit])
        }
    }
}
