import Foundation
import Ledger
import Testing

@Suite struct LedgerBackupTests {
    @Test func copyIsPrivateWholeAndVerified() throws {
        let site = try Site()
        let ledger = try site.open()
        try ledger.fill(20)
        try ledger.commit { transaction in
            try transaction.insert(Site.input(1))
            try transaction.audit(AuditEvent(.inputReceived))
        }
        let copy = site.folder + "/copy.sqlite"
        #expect(try ledger.backup(to: copy) == .intact(count: 21, head: try ledger.head()))
        #expect(try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int == 0o600)
        let restored = try Ledger(path: copy, key: site.key, identity: Site.identity)
        #expect(try restored.counts() == ledger.counts())
        try restored.audit(AuditEvent(.start))
        #expect(try restored.verifyAudit().isIntact)
    }

    @Test func existingFileIsNotOverwritten() throws {
        let site = try Site()
        let ledger = try site.open()
        let error = try #require(throws: LedgerError.self) { _ = try ledger.backup(to: site.path) }
        #expect(error.code == .fileExists)
        try ledger.audit(AuditEvent(.start))
    }

    @Test func brokenChainIsCopiedAndReported() throws {
        let site = try Site()
        let ledger = try site.open()
        try ledger.fill(5)
        try site.tamper("UPDATE audit SET outcome = 'x' WHERE seq = 3")
        let found = try ledger.backup(to: site.folder + "/copy.sqlite")
        guard case .broken(3, _) = found else {
            Issue.record("\(found)")
            return
        }
    }
}
