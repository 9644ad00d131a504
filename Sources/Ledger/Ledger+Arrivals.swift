import GRDB

/// What arriving files make the service ask.
extension Ledger {
    /// Cases that still gather files, oldest first, also those behind a report that stands.
    package func gatheringCases() throws(LedgerError) -> [CaseRecord] {
        try read { db in
            try Stored<CaseRecord>.all(db, "WHERE state IN ('arriving', 'waiting') ORDER BY createdAtUS, id")
        }
    }

    /// Priorities of the gathering cases that somebody wants first.
    package func wantedCases() throws(LedgerError) -> [String: Int] {
        try read { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT id, priority FROM cases WHERE state IN ('arriving', 'waiting') AND priority > 0")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["id"], $0["priority"]) })
        }
    }

    /// Every case of a study, oldest first.
    package func cases(studyKey: String) throws(LedgerError) -> [CaseRecord] {
        try read { db in
            try Stored<CaseRecord>.all(db, "WHERE studyKey = ? ORDER BY createdAtUS, id", [studyKey])
        }
    }

    /// Keys of studies that have a published result which is not in force any more.
    package func studiesWithReplacedReports() throws(LedgerError) -> [String] {
        try read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT studyKey FROM cases
                    WHERE supersededBy IS NOT NULL AND resultSHA256 IS NOT NULL ORDER BY studyKey
                    """)
        }
    }

    /// SQL that tells a case `older` whose place was taken from late files that only stand behind a report.
    static let wasInForce = """
        (older.resultSHA256 IS NOT NULL OR older.state = 'failed'
            OR older.createdAtUS <= (SELECT createdAtUS FROM cases WHERE id = older.supersededBy))
        """

    /// Number of cases in force by state, without the files, which are many.
    package func casesByState() throws(LedgerError) -> [CaseState: Int] {
        try read { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT state, count(*) AS n FROM cases WHERE supersededBy IS NULL GROUP BY state")
            let pairs = rows.compactMap { row in CaseState(rawValue: row["state"]).map { ($0, row["n"] as Int) } }
            return Dictionary(uniqueKeysWithValues: pairs)
        }
    }
}
