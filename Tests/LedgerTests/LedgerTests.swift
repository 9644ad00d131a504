import Foundation
import Ledger
import Synchronization
import Testing

@Suite struct LedgerTests {
    struct Broken: Error {}

    @Test func changeAndAuditRowsAreWrittenTogether() throws {
        let site = try Site()
        let ledger = try site.open()
        let id = try ledger.commit { transaction in
            try transaction.insert(Site.record("one"))
            try transaction.audit(AuditEvent(.studyDiscovered, caseID: "one"))
            let id = try transaction.insert(Site.input(1, .used, caseID: "one"))
            try transaction.audit(AuditEvent(.inputReceived, caseID: "one", objectSHA256: Site.hash(1)))
            return id
        }
        var expected = Site.input(1, .used, caseID: "one")
        expected.id = id
        #expect(try ledger.input(id) == expected)
        #expect(try ledger.case("one") == Site.record("one"))
        #expect(try ledger.audit().map(\.event) == ["studyDiscovered", "inputReceived"])
        #expect(try ledger.head()?.seq == 2)
    }

    @Test func workThatThrowsLeavesNothing() throws {
        let site = try Site()
        let ledger = try site.open()
        try ledger.audit(AuditEvent(.start))
        let before = try ledger.head()
        let error = try #require(throws: LedgerError.self) {
            try ledger.commit { transaction in
                try transaction.insert(Site.record("one"))
                try transaction.insert(Site.input(1))
                try transaction.audit(AuditEvent(.inputReceived))
                throw Broken()
            }
        }
        #expect(error.code == .workFailed)
        #expect(error.cause is Broken)
        #expect(try ledger.head() == before)
        #expect(try ledger.cases().isEmpty)
        #expect(try ledger.counts().received == 0)
        // The next transaction takes up the chain where it stood.
        try ledger.audit(AuditEvent(.stop))
        #expect(try ledger.verifyAudit().isIntact)
    }

    @Test func changeWithoutAuditRowIsRefused() throws {
        let site = try Site()
        let ledger = try site.open()
        let error = try #require(throws: LedgerError.self) {
            try ledger.commit { try $0.insert(Site.record("one")) }
        }
        #expect(error.code == .unaudited)
        #expect(try ledger.cases().isEmpty)
    }

    @Test func readerCannotWrite() throws {
        let site = try Site()
        try site.open().audit(AuditEvent(.start))
        let reader = try site.reader()
        let error = try #require(throws: LedgerError.self) { try reader.audit(AuditEvent(.stop)) }
        #expect(error.code == .openedForReading)
    }

    @Test func rowsNameTheRunAndTheConfiguration() throws {
        let site = try Site()
        let ledger = try site.open()
        try ledger.audit(AuditEvent(.start))
        ledger.use(configHash: "d")
        try ledger.audit(AuditEvent(.configurationLoaded))
        let rows = try ledger.audit()
        #expect(rows.map(\.configHash) == [Site.identity.configHash, "d"])
        #expect(rows.allSatisfy { $0.runID == "run" && $0.bootID == "boot" && $0.actor == "test" })
        #expect(rows.map(\.monotonicNS) == [1_000_000_000, 2_000_000_000])
    }

    @Test func writersInSeveralThreadsAndConnectionsKeepOneChain() throws {
        let site = try Site()
        let ledgers = [try site.open(), try site.open()]
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 16) { number in
            do {
                try ledgers[number % 2].commit { transaction in
                    try transaction.insert(Site.input(number))
                    try transaction.audit(AuditEvent(.inputReceived, objectSHA256: Site.hash(number)))
                }
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        #expect(failures.withLock { $0 } == [])
        let head = try #require(try ledgers[0].head())
        #expect(head.seq == 16)
        #expect(try ledgers[1].verifyAudit() == .intact(count: 16, head: head))
        #expect(try ledgers[0].counts().received == 16)
    }

    @Test func lockedFileIsNamedAndNothingIsWritten() throws {
        let site = try Site()
        let ledger = try site.open()
        let other = try site.open()
        try other.commit { transaction in
            try transaction.audit(AuditEvent(.start))
            let error = try #require(throws: LedgerError.self) { try ledger.audit(AuditEvent(.start)) }
            #expect(error.code == .locked)
            #expect(error.isTemporary)
        }
        #expect(try ledger.head()?.seq == 1)
    }

    @Test func systemClockMoves() {
        let first = Ledger.systemClock()
        let second = Ledger.systemClock()
        #expect(second.monotonicNS > first.monotonicNS)
        #expect(first.utcUS > 1_700_000_000_000_000)
    }
}
