import Ledger
import Testing

@Suite struct LedgerReadsTests {
    private func filled(_ site: Site) throws -> Ledger {
        let ledger = try site.open()
        try ledger.commit { transaction in
            try transaction.insert(Site.record("one"))
            var two = Site.record("two", state: .ready)
            two.pseudonym = "fedcba9876543210"
            two.createdAtUS = 2
            try transaction.insert(two)
            for number in 1...3 { try transaction.insert(Site.input(number, .used, caseID: "one")) }
            try transaction.insert(Site.input(1, .duplicate, code: "DUPLICATE"))
            try transaction.insert(Site.input(4, .refused, code: "NOT_MR"))
            try transaction.insert(Site.input(5, .refused, code: "TRUNCATED"))
            try transaction.insert(Site.input(6, .refused, code: "NOT_MR"))
            try transaction.insert(Site.input(7, .notNeeded))
            try transaction.insert(Site.input(8))
            try transaction.audit(AuditEvent(.studyDiscovered, caseID: "one"))
            try transaction.audit(AuditEvent(.studyDiscovered, caseID: "two"))
            try transaction.audit(AuditEvent(.studyComplete, caseID: "one"))
        }
        return ledger
    }

    @Test func sumsAreByOutcomeAndCodeAndBalance() throws {
        let site = try Site()
        let ledger = try filled(site)
        let counts = try ledger.counts()
        #expect(counts.received == 9)
        #expect(InputOutcome.allCases.map(counts.inputs) == [1, 3, 1, 1, 3])
        #expect(counts.inputCodes.first { $0.code == "NOT_MR" }?.count == 2)
        #expect(counts.cases(.arriving) == 1)
        #expect(counts.cases(.ready) == 1)
        #expect(counts.cases(.reported) == 0)
        #expect(counts.cases == 2)
        #expect(counts.balanced)
    }

    @Test func lostInputUnbalancesTheSums() throws {
        let site = try Site()
        _ = try filled(site)
        try site.tamper("DELETE FROM inputs WHERE outcome = 'notNeeded'")
        let counts = try site.reader().counts()
        #expect(counts.received == 9)
        #expect(!counts.balanced)
    }

    @Test func newLedgerIsBalancedAndEmpty() throws {
        let site = try Site()
        let ledger = try site.open()
        let counts = try ledger.counts()
        #expect(counts.received == 0)
        #expect(counts.balanced)
        #expect(try ledger.head() == nil)
    }

    @Test func explanationHoldsTheCaseItsInputsAndItsRows() throws {
        let site = try Site()
        _ = try filled(site)
        let explanation = try site.reader().explain("one")
        #expect(explanation.record.id == "one")
        #expect(explanation.inputs.map(\.sha256) == (1...3).map(Site.hash))
        #expect(explanation.audit.map(\.event) == ["studyDiscovered", "studyComplete"])
        let error = try #require(throws: LedgerError.self) { _ = try site.reader().explain("none") }
        #expect(error.code == .notFound)
        #expect(error.subject == "none")
    }

    @Test func rowsAreFoundByTheirKeys() throws {
        let site = try Site()
        let ledger = try filled(site)
        #expect(try ledger.cases().map(\.id) == ["one", "two"])
        #expect(try ledger.cases(state: .ready).map(\.id) == ["two"])
        #expect(try ledger.cases(pseudonym: "fedcba9876543210").map(\.id) == ["two"])
        #expect(try ledger.case(studyKey: "study-two")?.id == "two")
        #expect(try ledger.inputs(outcome: .refused).map(\.code) == ["NOT_MR", "TRUNCATED", "NOT_MR"])
        #expect(try ledger.inputs(caseID: "one").count == 3)
        #expect(try ledger.inputs(studyKey: "study").count == 9)
        #expect(try ledger.inputs(after: 7).map(\.sha256) == [Site.hash(7), Site.hash(8)])
        #expect(try ledger.inputs(after: 0, limit: 2).count == 2)
    }

    @Test func originalIsPreferredToItsDuplicate() throws {
        let site = try Site()
        let ledger = try site.open()
        try ledger.commit { transaction in
            try transaction.insert(Site.input(1, .duplicate))
            try transaction.insert(Site.input(1))
            try transaction.audit(AuditEvent(.duplicate))
        }
        #expect(try ledger.input(sha256: Site.hash(1))?.outcome == .waiting)
        #expect(try ledger.input(sha256: Site.hash(2)) == nil)
    }

    @Test func fileLeftInPlaceIsKnownByAllFourFacts() throws {
        let site = try Site()
        let ledger = try filled(site)
        #expect(
            try ledger.input(device: 1, inode: 4, size: 10, mtimeNS: 5, sha256: Site.hash(4))?.sha256 == Site.hash(4))
        #expect(try ledger.input(device: 2, inode: 4, size: 10, mtimeNS: 5, sha256: Site.hash(4)) == nil)
        #expect(try ledger.input(device: 1, inode: 44, size: 10, mtimeNS: 5, sha256: Site.hash(4)) == nil)
        #expect(try ledger.input(device: 1, inode: 4, size: 11, mtimeNS: 5, sha256: Site.hash(4)) == nil)
        #expect(try ledger.input(device: 1, inode: 4, size: 10, mtimeNS: 6, sha256: Site.hash(4)) == nil)
        #expect(try ledger.input(device: 1, inode: 4, size: 10, mtimeNS: 5, sha256: Site.hash(5)) == nil)
    }
}
