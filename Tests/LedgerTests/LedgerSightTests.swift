import Ledger
import Testing

@Suite struct LedgerSightTests {
    private func ledger(_ site: Site, _ records: [CaseRecord]) throws -> Ledger {
        let ledger = try site.open()
        try ledger.commit { transaction in
            for record in records { try transaction.insert(record) }
            try transaction.audit(AuditEvent(.studyDiscovered))
        }
        return ledger
    }

    private func record(_ id: String, _ state: CaseState, changed: Int64, priority: Int = 0) -> CaseRecord {
        var record = Site.record(id, state: state)
        record.updatedAtUS = changed
        record.priority = priority
        if state == .waiting { record.waitingFor = "FLAIR" }
        if state == .failed || state == .notAssessable { record.code = "CODE" }
        if state == .reported {
            record.verdict = "flagged"
            record.resultSHA256 = Site.hash(1)
        }
        return record
    }

    @Test func highestPriorityIsScreenedFirstThenTheLongestReady() throws {
        let site = try Site()
        let ledger = try ledger(
            site,
            [
                record("backlog", .ready, changed: 1, priority: -10), record("late", .ready, changed: 5),
                record("early", .ready, changed: 3), record("wanted", .ready, changed: 9, priority: 1),
                record("waiting", .waiting, changed: 0, priority: 4),
            ])
        #expect(try ledger.highestPriority() == 4)
        var order: [String] = []
        while let next = try ledger.nextReady() {
            order.append(next.id)
            try ledger.commit { transaction in
                try transaction.change(case: next.id, atUS: 10) { $0.state = .incomplete }
                try transaction.audit(AuditEvent(.studyIncomplete))
            }
        }
        #expect(order == ["wanted", "early", "late", "backlog"])
    }

    @Test func listIsBoundedAndKeepsWhatNeedsAPerson() throws {
        let site = try Site()
        let ledger = try ledger(
            site,
            [
                record("failed", .failed, changed: 1), record("open", .arriving, changed: 2),
                record("old", .reported, changed: 3), record("newer", .reported, changed: 7),
                record("newest", .reported, changed: 8),
            ])
        let found = try ledger.listedCases(changedSinceUS: 5, limit: 3)
        #expect(found.cases.map(\.id) == ["failed", "open", "newest"])
        #expect(found.total == 4)
    }

    @Test func openCasesComeWithTheLongestWaitFirst() throws {
        let site = try Site()
        let ledger = try ledger(
            site,
            [
                record("b", .ready, changed: 4), record("a", .waiting, changed: 2),
                record("end", .reported, changed: 1),
            ])
        #expect(try ledger.openCases(limit: 9).map(\.id) == ["a", "b"])
        #expect(try ledger.openCases(limit: 1).map(\.id) == ["a"])
        #expect(try ledger.caseCount(state: .reported, changedSinceUS: 2) == 0)
        #expect(try ledger.caseCount(state: .reported, changedSinceUS: 1) == 1)
    }

    @Test func earlierCaseIsFoundFromTheOneThatTookItsPlace() throws {
        let site = try Site()
        let ledger = try ledger(site, [record("old", .reported, changed: 2)])
        var newer = record("new", .ready, changed: 3)
        newer.studyKey = "study-old"
        newer.origin = .rescreen
        newer.createdAtUS = 3
        try ledger.commit { transaction in
            try transaction.supersede("old", by: newer)
            try transaction.audit(AuditEvent(.rescreen))
        }
        #expect(try ledger.predecessors(of: ["new", "old"]) == ["new": "old"])
        #expect(try ledger.predecessor(of: "new")?.id == "old")
        #expect(try ledger.cases(origin: .rescreen, createdSinceUS: 3).map(\.id) == ["new"])
        #expect(try ledger.cases(origin: .rescreen, createdSinceUS: 4).isEmpty)
        #expect(try ledger.cases(states: [.reported], changedFromUS: 0, toUS: 99).isEmpty, "it is not in force")
    }

    @Test func inputsAreListedByOutcomeAndCase() throws {
        let site = try Site()
        let ledger = try ledger(site, [record("c", .ready, changed: 1)])
        try ledger.commit { transaction in
            for number in 1...3 { try transaction.insert(Site.input(number, caseID: "c")) }
            try transaction.insert(Site.input(4, .refused, code: "NOT_MR"))
            try transaction.insert(Site.input(1, .duplicate, caseID: "c"))
            try transaction.audit(AuditEvent(.inputReceived))
        }
        #expect(try ledger.inputs(outcome: nil, caseID: nil, after: 0).count == 5)
        #expect(try ledger.inputs(outcome: .waiting, caseID: "c", after: 1).map(\.sha256) == [2, 3].map(Site.hash))
        #expect(try ledger.inputs(outcome: nil, caseID: "c", after: 0, limit: 2).count == 2)
        #expect(try ledger.allInputs(sha256: Site.hash(1)).map(\.outcome) == [.waiting, .duplicate])
        #expect(try ledger.inputs(relativePath: "a/b4.dcm").map(\.code) == ["NOT_MR"])
        #expect(try ledger.inputCount(receivedSinceUS: 3) == 2)
        #expect(try ledger.lastInputAtUS() == 1)
    }
}
