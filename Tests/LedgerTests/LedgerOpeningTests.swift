import Foundation
import GRDB
import Glibc
import Ledger
import Testing

@Suite struct LedgerOpeningTests {
    private func code(_ open: () throws -> Ledger) throws -> LedgerError.Code {
        try #require(throws: LedgerError.self) { _ = try open() }.code
    }

    @Test(arguments: [mode_t(0), 0o022])
    func newFileIsPrivateWhateverTheUmask(mask: mode_t) throws {
        let site = try Site()
        let before = umask(mask)
        defer { umask(before) }
        let ledger = try site.open()
        try ledger.audit(AuditEvent(.start))
        #expect(try mode(site.path) == 0o600)
    }

    @Test func fileThatOthersCanReadIsMadePrivate() throws {
        let site = try Site()
        try site.open().close()
        chmod(site.path, 0o644)
        try site.open().close()
        #expect(try mode(site.path) == 0o600)
    }

    @Test func readerMakesNothing() throws {
        let site = try Site()
        #expect(try code { try site.reader() } == .noFile)
        #expect(!FileManager.default.fileExists(atPath: site.path))
        #expect(FileManager.default.createFile(atPath: site.path, contents: nil))
        #expect(try code { try site.reader() } == .olderSchema)
        #expect(try Data(contentsOf: URL(filePath: site.path)).isEmpty)
    }

    @Test func newerSchemaIsRefusedAndLeftAlone() throws {
        let site = try Site()
        try site.open().close()
        try site.tamper("INSERT INTO grdb_migrations (identifier) VALUES ('v999')")
        let before = try Data(contentsOf: URL(filePath: site.path))
        #expect(try code { try site.open() } == .newerSchema)
        #expect(try code { try site.reader() } == .newerSchema)
        #expect(try Data(contentsOf: URL(filePath: site.path)) == before)
    }

    @Test func databaseOfAnotherProgramIsRefusedAndLeftAlone() throws {
        let site = try Site()
        try site.tamper("CREATE TABLE theirs (a)", unguarded: false)
        let before = try Data(contentsOf: URL(filePath: site.path))
        #expect(try code { try site.open() } == .notALedger)
        #expect(try Data(contentsOf: URL(filePath: site.path)) == before)
    }

    @Test func textFileIsDamagedAndTheWayBackIsNamed() throws {
        let site = try Site()
        try Data(repeating: 65, count: 8192).write(to: URL(filePath: site.path))
        let error = try #require(throws: LedgerError.self) { _ = try site.open() }
        #expect(error.code == .corrupt)
        #expect(error.message.contains("backup"))
        #expect(!error.message.contains(site.folder))
    }

    @Test func damagedPageIsFoundAtStart() throws {
        let site = try Site()
        let ledger = try site.open()
        try ledger.fill(400)
        try ledger.close()
        var bytes = try Data(contentsOf: URL(filePath: site.path))
        // The middle third: pages of the table and its index.
        for index in bytes.count / 3..<bytes.count * 2 / 3 { bytes[index] = 0xA5 }
        try bytes.write(to: URL(filePath: site.path))
        #expect(try code { try site.open() } == .corrupt)
    }

    @Test func folderAndLinkAreRefused() throws {
        let site = try Site()
        #expect(try code { try Ledger(path: site.folder, key: site.key, identity: Site.identity) } == .notALedger)
        symlink("/dev/null", site.path)
        #expect(try code { try site.open() } == .notALedger)
        #expect(
            try code { try Ledger(path: site.folder + "/none/x", key: site.key, identity: Site.identity) } == .noFile)
    }

    @Test func otherKeyIsRefused() throws {
        let site = try Site()
        try site.open().close()
        let other = try AuditKey(bytes: Array(1...32))
        #expect(try code { try Ledger(path: site.path, key: other, identity: Site.identity) } == .keyMismatch)
        #expect(try code { try Ledger.reader(path: site.path, key: other) } == .keyMismatch)
        #expect(try code { try Ledger(path: site.path, key: nil, identity: Site.identity) } == .keyMissing)
    }

    @Test func readerWithoutKeyReadsButCannotVerify() throws {
        let site = try Site()
        try site.open().audit(AuditEvent(.start))
        let reader = try Ledger.reader(path: site.path)
        #expect(try reader.audit().count == 1)
        #expect(try #require(throws: LedgerError.self) { _ = try reader.verifyAudit() }.code == .keyMissing)
    }

    @Test func writeAheadLogIsTurnedBack() throws {
        let site = try Site()
        try site.open().audit(AuditEvent(.start))
        do {
            let queue = try DatabaseQueue(path: site.path)
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
            try queue.close()
        }
        #expect(try code { try site.reader() } == .pragma)
        try site.open().audit(AuditEvent(.start))
        #expect(try site.query("PRAGMA journal_mode", as: String.self) == "delete")
        #expect(try site.reader().audit().count == 2)
    }

    @Test(arguments: [
        ("DROP TRIGGER audit_no_delete", "audit_no_delete"),
        (
            "DROP TRIGGER audit_no_update; "
                + "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit WHEN 0 BEGIN SELECT 1; END",
            "audit_no_update"
        ),
        ("CREATE TRIGGER mine AFTER INSERT ON cases BEGIN SELECT 1; END", "mine"),
    ])
    func changedTriggerIsNamed(sql: String, name: String) throws {
        let site = try Site()
        let ledger = try site.open()
        try ledger.fill(5)
        try ledger.close()
        try site.tamper(sql, unguarded: false)
        for attempt in [{ _ = try site.open() }, { _ = try site.reader().verifyAudit() }] {
            let error = try #require(throws: LedgerError.self) { try attempt() }
            #expect(error.code == .schemaChanged)
            #expect(error.subject == name)
        }
        #expect(try site.reader().audit().count == 5)
    }

    @Test func everyTableIsStrict() throws {
        let site = try Site()
        try site.open().close()
        let loose = try site.query(
            """
            SELECT group_concat(name) FROM pragma_table_list
            WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT GLOB 'sqlite_*' AND name <> 'grdb_migrations'
            """, as: String.self)
        #expect(loose == nil)
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }
}
