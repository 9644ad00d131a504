import Foundation
import GRDB
import Ledger
import Testing

@Suite struct SchemaTests {
    /// A file that the first version made.
    private func firstVersion() throws -> Site {
        let site = try Site()
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/ledger/v1.sql")
        let sql = try String(contentsOf: file, encoding: .utf8)
        let queue = try DatabaseQueue(path: site.path)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
        return site
    }

    @Test func ledgerOfTheFirstVersionIsBroughtUpToDate() throws {
        let site = try firstVersion()
        let ledger = try site.open()
        #expect(try ledger.cases().map(\.id) == ["reported", "waiting", "failed"])
        for record in try ledger.cases() {
            #expect(record.profile == nil)
            #expect(record.priority == 0)
            #expect(record.origin == .arrival)
        }
        #expect(try ledger.case("waiting")?.waitingFor == "FLAIR")
        #expect(try ledger.inputs(caseID: "reported").map(\.relativePath) == ["a/b.dcm"])
        #expect(try ledger.counts().balanced)

        try ledger.commit { transaction in
            try transaction.change(case: "failed", atUS: 9) {
                $0.profile = "other"
                $0.priority = 3
                $0.origin = .rescreen
            }
            try transaction.audit(AuditEvent(.retry, caseID: "failed"))
        }
        let changed = try #require(try site.reader().case("failed"))
        #expect(changed.profile == "other")
        #expect(changed.priority == 3)
        #expect(changed.origin == .rescreen)
        #expect(try ledger.verifyAudit().isIntact)
    }

    @Test func readerDoesNotBringALedgerUpToDate() throws {
        let site = try firstVersion()
        let error = try #require(throws: LedgerError.self) { _ = try site.reader() }
        #expect(error.code == .olderSchema)
        #expect(try site.query("SELECT count(*) FROM grdb_migrations", as: Int.self) == 1)
    }

    @Test(arguments: ["origin = 'else'", "profile = ''", "priority = NULL"])
    func newColumnsHoldOnlyWhatTheyMay(assignment: String) throws {
        let site = try firstVersion()
        try site.open().close()
        #expect(throws: (any Error).self) {
            try site.tamper("UPDATE cases SET \(assignment) WHERE id = 'failed'")
        }
    }
}
