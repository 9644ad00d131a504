import GRDB

/// What people ask about the whole ledger; every answer has a bound.
extension Ledger {
    /// Cases for a list: failed ones, then open ones, then those changed since `since`, each newest first.
    ///
    /// - Returns: at most `limit` of them, and how many there are altogether.
    package func listedCases(
        changedSinceUS since: Int64, limit: Int
    ) throws(LedgerError) -> (cases: [CaseRecord], total: Int) {
        let isOpen = "state IN ('arriving', 'waiting', 'ready', 'running') AND supersededBy IS NULL"
        let isFailed = "state = 'failed' AND supersededBy IS NULL"
        let condition = "(\(isFailed)) OR (\(isOpen)) OR updatedAtUS > ?"
        return try read { db in
            (
                try Stored<CaseRecord>.all(
                    db,
                    "WHERE \(condition) ORDER BY (\(isFailed)) DESC, (\(isOpen)) DESC, updatedAtUS DESC, id LIMIT ?",
                    [since, limit]),
                try Int.fetchOne(db, sql: "SELECT count(*) FROM cases WHERE \(condition)", arguments: [since]) ?? 0
            )
        }
    }

    /// Open cases, those that have waited longest first.
    package func openCases(limit: Int) throws(LedgerError) -> [CaseRecord] {
        try read { db in
            try Stored<CaseRecord>.all(
                db,
                """
                WHERE state IN ('arriving', 'waiting', 'ready', 'running') AND supersededBy IS NULL
                ORDER BY updatedAtUS, id LIMIT ?
                """, [limit])
        }
    }

    /// The largest priority of an open case; 0 where there is none.
    package func highestPriority() throws(LedgerError) -> Int {
        try read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT max(priority) FROM cases
                    WHERE state IN ('arriving', 'waiting', 'ready', 'running') AND supersededBy IS NULL
                    """) ?? 0
        }
    }

    /// Which case each of these took the place of, by the newer one's name.
    package func predecessors(of ids: [String]) throws(LedgerError) -> [String: String] {
        try read { db in
            var found: [String: String] = [:]
            for start in stride(from: 0, to: ids.count, by: Ledger.chunkRows) {
                let part = Array(ids[start..<min(start + Ledger.chunkRows, ids.count)])
                let places = part.map { _ in "?" }.joined(separator: ", ")
                let rows = try Row.fetchAll(
                    db,
                    sql: """
                        SELECT id, supersededBy FROM cases AS older
                        WHERE supersededBy IN (\(places)) AND \(Ledger.wasInForce) ORDER BY createdAtUS
                        """,
                    arguments: StatementArguments(part))
                for row in rows { found[row["supersededBy"]] = row["id"] }
            }
            return found
        }
    }

    /// The case that this one took the place of.
    package func predecessor(of id: String) throws(LedgerError) -> CaseRecord? {
        try read { db in
            try Stored<CaseRecord>.one(
                db, "AS older WHERE supersededBy = ? AND \(Ledger.wasInForce) ORDER BY createdAtUS DESC", [id])
        }
    }

    /// Cases of one origin that were made at or after `since`, oldest first.
    package func cases(origin: CaseOrigin, createdSinceUS since: Int64) throws(LedgerError) -> [CaseRecord] {
        try read { db in
            try Stored<CaseRecord>.all(
                db, "WHERE origin = ? AND createdAtUS >= ? ORDER BY createdAtUS, id", [origin.rawValue, since])
        }
    }

    /// Cases in force in one of these states whose last change lies between two moments, oldest first.
    package func cases(
        states: [CaseState], changedFromUS from: Int64, toUS to: Int64
    ) throws(LedgerError) -> [CaseRecord] {
        try read { db in
            let places = states.map { _ in "?" }.joined(separator: ", ")
            return try Stored<CaseRecord>.all(
                db,
                """
                WHERE state IN (\(places)) AND supersededBy IS NULL AND updatedAtUS >= ? AND updatedAtUS < ?
                ORDER BY updatedAtUS, id
                """,
                StatementArguments(states.map(\.rawValue)) + [from, to])
        }
    }

    /// Inputs after the row number `id` in order of arrival, of one outcome and of one case where these are given.
    package func inputs(
        outcome: InputOutcome?, caseID: String?, after id: Int64, limit: Int = Ledger.chunkRows
    ) throws(LedgerError) -> [InputRecord] {
        try read { db in
            try Stored<InputRecord>.all(
                db,
                """
                WHERE id > ? AND (? IS NULL OR outcome = ?) AND (? IS NULL OR caseID = ?) ORDER BY id LIMIT ?
                """, [id, outcome?.rawValue, outcome?.rawValue, caseID, caseID, limit])
        }
    }

    /// Every row of these bytes, in order of arrival.
    package func allInputs(sha256: String) throws(LedgerError) -> [InputRecord] {
        try read { db in try Stored<InputRecord>.all(db, "WHERE sha256 = ? ORDER BY id", [sha256]) }
    }

    /// Every row of a file that lay at this place below the inbox, in order of arrival.
    package func inputs(relativePath: String) throws(LedgerError) -> [InputRecord] {
        try read { db in try Stored<InputRecord>.all(db, "WHERE relativePath = ? ORDER BY id", [relativePath]) }
    }

    /// Number of inputs that came at or after `since`.
    package func inputCount(receivedSinceUS since: Int64) throws(LedgerError) -> Int {
        try read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM inputs WHERE receivedAtUS >= ?", arguments: [since]) ?? 0
        }
    }

    /// When the last input came.
    package func lastInputAtUS() throws(LedgerError) -> Int64? {
        try read { db in try Int64.fetchOne(db, sql: "SELECT receivedAtUS FROM inputs ORDER BY id DESC LIMIT 1") }
    }

    /// Number of cases in force in one state that changed at or after `since`.
    package func caseCount(state: CaseState, changedSinceUS since: Int64) throws(LedgerError) -> Int {
        try read { db in
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM cases WHERE state = ? AND supersededBy IS NULL AND updatedAtUS >= ?",
                arguments: [state.rawValue, since]) ?? 0
        }
    }
}
