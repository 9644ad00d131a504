import Foundation
import GRDB
import Ledger
import Testing

@Suite struct LedgerAuditTests {
    static let columns = [
        "seq", "utcUS", "monotonicNS", "bootID", "runID", "actor", "event", "outcome", "caseID", "objectSHA256",
        "software",
        "modelSHA256", "configHash", "body", "prev", "hash",
    ]
    static let integers: Set<String> = ["seq", "utcUS", "monotonicNS"]

    private func filled(_ site: Site, rows: Int) throws {
        let ledger = try site.open()
        try ledger.fill(rows)
        #expect(try ledger.verifyAudit() == .intact(count: Int64(rows), head: try ledger.head()))
        try ledger.close()
    }

    private func broken(_ site: Site, anchors: [AuditAnchor] = []) throws -> Int64? {
        let found = try site.reader().verifyAudit(anchors: anchors)
        guard case .broken(let seq, _) = found else { return nil }
        return seq
    }

    /// The row 1 has every optional column, the row 2 none; both, and the last, are edited in each column in turn.
    @Test(arguments: columns, [1, 2, 9])
    func editedColumnIsFoundAndItsRowNamed(column: String, seq: Int) throws {
        let site = try Site()
        try filled(site, rows: 9)
        // A seq changed to another leaves a hole where it was; at the end the sealed head misses it.
        let value =
            switch column {
            case "seq": "seq + 1000"
            case "body": "'{\"number\":77}'"
            case "prev", "hash": "replace(replace(\(column), 'a', 'b'), '0', '1')"
            case _ where Self.integers.contains(column): "\(column) + 1"
            default: "coalesce(\(column), '') || 'x'"
            }
        try site.tamper("UPDATE audit SET \(column) = \(value) WHERE seq = \(seq)")
        #expect(try broken(site) == Int64(seq))
    }

    /// As `sqlite3` leaves a file behind whose owner did not put the triggers back.
    @Test func editedRowIsNamedWhereTheTriggersAreGoneToo() throws {
        let site = try Site()
        try filled(site, rows: 9)
        try site.tamper(
            "DROP TRIGGER audit_no_update; UPDATE audit SET outcome = 'x' WHERE seq = 5", unguarded: false)
        #expect(try broken(site) == 5)
    }

    @Test(arguments: ["caseID", "objectSHA256", "modelSHA256", "configHash"])
    func absentAndEmptyTextDiffer(column: String) throws {
        let site = try Site()
        try filled(site, rows: 3)
        try site.tamper("UPDATE audit SET \(column) = CASE WHEN \(column) IS NULL THEN '' END WHERE seq = 2")
        #expect(try broken(site) == 2)
    }

    @Test func textBehindANulIsFound() throws {
        let site = try Site()
        try filled(site, rows: 3)
        try site.tamper("UPDATE audit SET actor = actor || char(0) || 'x' WHERE seq = 2")
        #expect(try broken(site) == 2)
    }

    @Test func textMovedBetweenNeighbouringColumnsIsFound() throws {
        let site = try Site()
        try filled(site, rows: 3)
        try site.tamper("UPDATE audit SET runID = 'ru', actor = 'ntest' WHERE seq = 2")
        #expect(try broken(site) == 2)
    }

    @Test(
        arguments: [
            ("DELETE FROM audit WHERE seq = 1", 1), ("DELETE FROM audit WHERE seq = 5", 5),
            ("DELETE FROM audit WHERE seq >= 4 AND seq < 7", 4),
            // Closing the gap does not help.
            ("DELETE FROM audit WHERE seq = 5; UPDATE audit SET seq = seq - 1 WHERE seq > 5", 5),
            // The sealed head names the ninth row.
            ("DELETE FROM audit WHERE seq = 9", 9), ("DELETE FROM audit WHERE seq > 3", 4), ("DELETE FROM audit", 1),
            ("DELETE FROM audit; DELETE FROM auditHead; DELETE FROM meta", nil),
            ("DELETE FROM auditHead", 9), ("UPDATE auditHead SET seal = hash", 9),
        ] as [(String, Int64?)])
    func missingRowsAreFound(sql: String, seq: Int64?) throws {
        let site = try Site()
        try filled(site, rows: 9)
        let head = try #require(try site.reader().head())
        try site.tamper(sql)
        if let seq {
            #expect(try broken(site) == seq)
        } else {
            // Emptied of everything, the file is as new: the anchor finds it.
            let emptied = try site.open()
            #expect(try emptied.verifyAudit().isIntact)
            #expect(
                try emptied.verifyAudit(anchors: [head])
                    == .broken(
                        seq: 1, why: "the row is missing: an anchor names row 9, the ledger ends at 0"))
        }
    }

    @Test func swappedRowsAreFound() throws {
        let site = try Site()
        try filled(site, rows: 9)
        try site.tamper(
            """
            UPDATE audit SET seq = 100 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 6;
            UPDATE audit SET seq = 6 WHERE seq = 100;
            """)
        #expect(try broken(site) == 4)
    }

    @Test func addedRowIsFound() throws {
        let site = try Site()
        try filled(site, rows: 3)
        try site.tamper(
            """
            INSERT INTO audit SELECT 4, utcUS, monotonicNS, bootID, runID, actor, event, outcome, caseID, objectSHA256, software,
                modelSHA256, configHash, body, hash, hash FROM audit WHERE seq = 3
            """)
        #expect(try broken(site) == 4)
    }

    @Test func rolledBackFileIsFoundByAnAnchor() throws {
        let site = try Site()
        try filled(site, rows: 5)
        let old = try Data(contentsOf: URL(filePath: site.path))
        let early = try #require(try site.reader().head())
        let ledger = try site.open()
        try ledger.fill(5)
        let late = try #require(try ledger.head())
        try ledger.close()
        try old.write(to: URL(filePath: site.path))
        #expect(try broken(site) == nil)
        #expect(try broken(site, anchors: [early]) == nil)
        #expect(try broken(site, anchors: [early, late]) == 6)
        // Writing on after the roll-back does not hide it.
        let forged = try site.open()
        try forged.commit { transaction in
            for _ in 0..<9 { try transaction.audit(AuditEvent(.retry)) }
        }
        try forged.close()
        #expect(try broken(site) == nil)
        #expect(try broken(site, anchors: [early, late]) == 10)
    }

    @Test func oldSealedHeadDoesNotHideALongerChain() throws {
        let site = try Site()
        try filled(site, rows: 3)
        let seal = try #require(try site.query("SELECT seal FROM auditHead", as: String.self))
        let hash = try #require(try site.reader().head()?.hash)
        try site.open().fill(3)
        try site.tamper("UPDATE auditHead SET seq = 3, hash = '\(hash)', seal = '\(seal)'")
        #expect(try broken(site) == 3)
    }

    @Test func longChainIsWalkedInChunks() throws {
        let rows = 2 * Ledger.chunkRows + 201
        let site = try Site()
        try filled(site, rows: rows)
        try site.tamper("UPDATE audit SET outcome = 'failed' WHERE seq = \(rows - 50)")
        #expect(try broken(site) == Int64(rows - 50))
        try site.tamper("DELETE FROM audit WHERE seq = \(Ledger.chunkRows + 1)")
        #expect(try broken(site) == Int64(Ledger.chunkRows + 1))
    }

    @Test func exportGivesOneJSONLineForEachRow() throws {
        let site = try Site()
        let ledger = try site.open()
        try ledger.audit(AuditEvent(.start, body: ["text": "line\nend\u{2028}\"quoted\""]))
        try ledger.fill(Ledger.chunkRows)
        var lines: [String] = []
        #expect(try ledger.exportAudit { lines.append($0) } == Ledger.chunkRows + 1)
        #expect(lines.count == Ledger.chunkRows + 1)
        #expect(lines.allSatisfy { !$0.contains("\n") })
        let decoded = try lines.map { try JSONDecoder().decode(AuditRow.self, from: Data($0.utf8)) }
        #expect(decoded == (try ledger.audit(after: 0, limit: 10_000)))
        #expect(try ledger.exportAudit(after: 500) { _ in } == 1)
    }

    /// Computed by a script of its own from the definition in `AuditChain` (Python's hmac and hashlib).
    @Test func hashIsAsDefined() throws {
        let site = try Site()
        let ledger = try site.open()
        let first = try ledger.audit(
            AuditEvent(
                .inference, outcome: "ok", caseID: "case-1", objectSHA256: Site.hash(7),
                body: ["scores": [0.25, 1], "modality": "T1w", "ä": nil]))
        #expect(first.hash == "3ee29962c7bf04d8368c45e8d1b79c72d741c56f8c501b2ad7878d42636476c2")
        let second = try ledger.audit(AuditEvent(.stop, modelSHA256: Site.hash(8)))
        #expect(second.hash == "a4a98a97eef208aa0f5e89c4983b39155e44d55ddf9415650fc951e2e394b282")
    }
}
