import GRDB
import Ledger
import Testing

@Suite struct LedgerTransactionTests {
    /// Commits `work` with an audit row and returns the code it fails with; nil where it is accepted.
    private func refusal(
        _ ledger: Ledger, _ work: (inout Ledger.Transaction) throws -> Void
    ) throws -> LedgerError.Code? {
        let before = try ledger.head()
        do {
            try ledger.commit { transaction in
                try transaction.audit(AuditEvent(.stepFailed))
                try work(&transaction)
            }
            return nil
        } catch {
            #expect(try ledger.head() == before)
            return error.code
        }
    }

    @Test func everyOutcomeAndStateIsAccepted() throws {
        let site = try Site()
        let ledger = try site.open()
        #expect(try refusal(ledger) { try $0.insert(Site.record("one")) } == nil)
        for (number, outcome) in InputOutcome.allCases.enumerated() {
            #expect(try refusal(ledger) { try $0.insert(Site.input(number, outcome, caseID: "one", code: "X")) } == nil)
        }
        for state in CaseState.allCases {
            var record = Site.record("state-\(state)", state: state)
            record.code = "X"
            record.waitingFor = "FLAIR"
            record.verdict = "flagged"
            record.summary = "{\"a\": 1}"
            record.resultSHA256 = Site.hash(1)
            record.attempts = 3
            record.noClinicalMeaning = true
            #expect(try refusal(ledger) { try $0.insert(record) } == nil)
            #expect(try ledger.case(record.id) == record)
        }
        #expect(try ledger.counts().balanced)
        try ledger.integrityCheck()
    }

    @Test func inputRulesHold() throws {
        let site = try Site()
        let ledger = try site.open()
        let wrong: [(inout InputRecord) -> Void] = [
            { $0.outcome = .refused },
            { $0.outcome = .used },
            { $0.caseID = "nobody" },
            { $0.size = -1 },
            { $0.sha256 = "" },
            { $0.sha256 = Site.hash(1).uppercased().replacing("0", with: "G") },
            { $0.sha256 = "abc" },
            { $0.spoolName = "../x" },
            { $0.code = "" },
        ]
        for change in wrong {
            var input = Site.input(1)
            change(&input)
            #expect(try refusal(ledger) { try $0.insert(input) } == .constraint, "\(input)")
        }
        var unreadable = Site.input(1, .refused, code: "UNREADABLE")
        unreadable.sha256 = ""
        #expect(try refusal(ledger) { try $0.insert(unreadable) } == nil)
        #expect(try ledger.counts().received == 1)
        #expect(try ledger.counts().balanced)
    }

    @Test func caseRulesHold() throws {
        let site = try Site()
        let ledger = try site.open()
        let wrong: [(inout CaseRecord) -> Void] = [
            { $0.state = .failed },
            { $0.state = .notAssessable },
            { $0.state = .waiting },
            { $0.state = .reported },
            {
                $0.state = .reported
                $0.verdict = "flagged"
            },
            { $0.attempts = -1 },
            { $0.id = "" },
            { $0.resultSHA256 = "abc" },
            { $0.supersededBy = "nobody" },
            { $0.supersededBy = "one" },
        ]
        for change in wrong {
            var record = Site.record("one")
            change(&record)
            #expect(try refusal(ledger) { try $0.insert(record) } == .constraint, "\(record)")
        }
        #expect(try ledger.cases().isEmpty)
    }

    @Test func oneCaseOfAStudyIsInForce() throws {
        let site = try Site()
        let ledger = try site.open()
        #expect(try refusal(ledger) { try $0.insert(Site.record("one", study: "s")) } == nil)
        #expect(try refusal(ledger) { try $0.insert(Site.record("two", study: "s")) } == .constraint)
        #expect(try refusal(ledger) { try $0.supersede("one", by: Site.record("two", study: "s")) } == nil)
        #expect(try refusal(ledger) { try $0.supersede("none", by: Site.record("x")) } == .notFound)
        #expect(try ledger.case(studyKey: "s")?.id == "two")
        #expect(try ledger.case("one")?.supersededBy == "two")
        #expect(try ledger.explain("two").supersedes == ["one"])
        #expect(try ledger.counts().superseded == 1)
        #expect(try ledger.counts().cases == 1)
    }

    @Test func updateReplacesAndMissingRowIsNamed() throws {
        let site = try Site()
        let ledger = try site.open()
        var input = Site.input(1)
        #expect(try refusal(ledger) { input.id = try $0.insert(input) } == nil)
        input.outcome = .refused
        #expect(try refusal(ledger) { try $0.update(input) } == .constraint)
        input.code = "NOT_MR"
        #expect(try refusal(ledger) { try $0.update(input) } == nil)
        #expect(try ledger.inputs(outcome: .refused) == [input])
        input.id = 77
        #expect(try refusal(ledger) { try $0.update(input) } == .notFound)
        #expect(try refusal(ledger) { try $0.update(Site.record("none")) } == .notFound)
    }

    @Test func transactionReadsItsOwnWrites() throws {
        let site = try Site()
        let ledger = try site.open()
        try ledger.commit { transaction in
            try transaction.insert(Site.record("one", study: "study"))
            let id = try transaction.insert(Site.input(1, .used, caseID: "one"))
            #expect(try transaction.case("one")?.id == "one")
            #expect(try transaction.case(studyKey: "study")?.id == "one")
            #expect(try transaction.input(id)?.sha256 == Site.hash(1))
            #expect(try transaction.input(sha256: Site.hash(1))?.id == id)
            #expect(try transaction.inputs(caseID: "one").map(\.id) == [id])
            #expect(try transaction.inputs(studyKey: "study").map(\.id) == [id])
            try transaction.setMeta("lastScan", "5")
            try transaction.audit(AuditEvent(.inputReceived))
        }
        #expect(try ledger.meta("lastScan") == "5")
        try ledger.commit { transaction in
            try transaction.setMeta("lastScan", nil)
            try transaction.audit(AuditEvent(.stop))
        }
        #expect(try ledger.meta("lastScan") == nil)
    }

    /// Statements that a person with `sqlite3` might try, the rules being in place.
    @Test(arguments: [
        "UPDATE audit SET outcome = 'x' WHERE seq = 1", "DELETE FROM audit WHERE seq = 1",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 1",
        "INSERT INTO audit SELECT 9, utcUS, monotonicNS, bootID, runID, actor, event, outcome, caseID, objectSHA256, "
            + "software, modelSHA256, configHash, body, prev, hash FROM audit WHERE seq = 1",
        "DELETE FROM inputs", "DELETE FROM cases",
    ])
    func rowsAreGuarded(sql: String) throws {
        let site = try Site()
        let ledger = try site.open()
        try ledger.commit { transaction in
            try transaction.insert(Site.record("one"))
            try transaction.insert(Site.input(1))
            try transaction.audit(AuditEvent(.start))
            try transaction.audit(AuditEvent(.inputReceived))
        }
        #expect(throws: DatabaseError.self) { try site.tamper(sql, unguarded: false) }
        #expect(try ledger.verifyAudit().isIntact)
    }

    @Test func changeStartsFromTheRowAsItStands() throws {
        let site = try Site()
        let ledger = try site.open()
        #expect(try refusal(ledger) { try $0.insert(Site.record("one", study: "s")) } == nil)
        #expect(try refusal(ledger) { try $0.supersede("one", by: Site.record("two", study: "s")) } == nil)
        #expect(try refusal(ledger) { try $0.change(case: "one", atUS: 77) { $0.attempts = 2 } } == nil)
        let changed = try #require(try ledger.case("one"))
        #expect(changed.attempts == 2)
        #expect(changed.updatedAtUS == 77)
        #expect(changed.supersededBy == "two")
        #expect(try refusal(ledger) { try $0.change(case: "none", atUS: 77) { _ in } } == .notFound)
    }
}
