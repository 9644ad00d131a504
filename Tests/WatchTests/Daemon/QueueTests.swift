import Ledger
import Screening
import Testing
import Watch

@Suite struct QueueTests {
    @Test func waitingStudyThatSomebodyWantsFirstIsScreenedWithoutItsPair() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        try await site.settle()
        #expect(try site.onlyCase.state == .waiting)
        let said = try Retry.first(site.onlyCase.id, in: site.ledger)
        #expect(said.contains("without its pair"))
        // An open study is looked at once a minute, whatever it waits for.
        try await site.pass(seconds: 63)
        #expect(try site.onlyCase.state == .ready)
        #expect(try site.onlyCase.priority == 1)
        try await site.screenAll()
        #expect(try site.onlyCase.state == .reported)
        #expect(try site.ledger.audit(caseID: site.onlyCase.id).contains { $0.event == "prioritised" })
        #expect(try site.isAccountedFor)
    }

    private func commit(_ site: NightSite, _ id: String, _ state: CaseState, code: String? = nil) throws {
        try site.ledger.commit { transaction in
            var record = CaseRecord(
                id: id, studyKey: id, pseudonym: "p", state: state, createdAtUS: 1, updatedAtUS: 1, lastInputAtUS: 1)
            record.code = code
            if state == .waiting { record.waitingFor = "missing images" }
            if state == .reported {
                record.verdict = "flagged"
                record.resultSHA256 = String(repeating: "0", count: 64)
            }
            try transaction.insert(record)
            try transaction.audit(AuditEvent(.studyDiscovered, caseID: id))
        }
    }

    @Test func laterWishComesBeforeTheEarlierAndBothBeforeAllOthers() throws {
        let site = try NightSite()
        for id in ["a", "b", "c"] { try commit(site, id, .ready) }
        _ = try Retry.first("c", in: site.ledger)
        #expect(try site.ledger.nextReady()?.id == "c")
        _ = try Retry.first("b", in: site.ledger)
        #expect(try site.ledger.nextReady()?.id == "b")
    }

    @Test func failedCaseGoesToTheHeadToo() throws {
        let site = try NightSite()
        try commit(site, "a", .ready)
        try commit(site, "failed", .failed, code: "WORKER_CRASHED")
        _ = try Retry.first("failed", in: site.ledger)
        #expect(try site.ledger.nextReady()?.id == "failed")
        #expect(try site.ledger.case("failed")?.code == nil)
    }

    @Test func whatCannotBeFirstSaysWhy() throws {
        let site = try NightSite()
        try commit(site, "running", .running)
        try commit(site, "incomplete", .incomplete, code: "EXPECTED_SLICES_MISSING")
        try commit(site, "reported", .reported)
        for (id, word) in [("running", "now"), ("incomplete", "nothing whole"), ("reported", "rescreen")] {
            let error = try #require(throws: WatchError.self) { _ = try Retry.first(id, in: site.ledger) }
            #expect(error.code == .wrongState)
            #expect(error.message.contains(word), "\(id)")
            #expect(try site.ledger.case(id)?.priority == 0)
        }
        #expect(throws: WatchError.self) { _ = try Retry.first("none", in: site.ledger) }
        try commit(site, "gaps", .waiting, code: "MISSING_SLICE")
        #expect(try Retry.first("gaps", in: site.ledger).contains("images are missing"))
    }
}
