import DICOM
import Foundation
import Imaging
import Ledger
import Screening
import Testing
import Watch

@Suite struct DaemonTests {
    @Test func flairThatComesTenMinutesLaterIsPaired() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        try await site.settle()
        #expect(try site.onlyCase.state == .waiting)
        #expect(try site.onlyCase.waitingFor == "FLAIR")
        #expect(try await site.daemon.screenTurn() == false)

        try await site.pass(seconds: 600)
        try site.writeNIfTI("patient/FLAIR.nii.gz", .flair)
        try await site.settle()
        try await site.screenAll()

        let record = try site.onlyCase
        #expect(record.state == .reported)
        let result = try ResultReader.read(site, record)
        #expect(result.modalities.map(\.status) == [.scored, .scored])
        #expect(try site.ledger.counts().inputs(.used) == 2)
        #expect(try site.files("inbox").isEmpty == false, "the emptied folder may stay")
        #expect(try site.isAccountedFor)
    }

    @Test func missingFlairIsSaidAfterThePairWait() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("sub-1/anat/sub-1_T1w.nii.gz", .t1w)
        try await site.settle()
        try await site.pass(seconds: (NightSite.pairWaitMinutes + 1) * 60)
        try await site.screenAll()
        let result = try ResultReader.read(site, site.onlyCase)
        #expect(result.modalities.map(\.status) == [.scored, .missing])
        #expect(result.notes.map(\.code) == ["MODALITY_MISSING"])
    }

    @Test func secondT1InOneFolderIsAmbiguous() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/first_T1.nii.gz", .t1w, seed: 1)
        try site.writeNIfTI("patient/second_T1.nii.gz", .t1w, seed: 2)
        try await site.settle()
        try await site.pass(seconds: (NightSite.pairWaitMinutes + 1) * 60)
        try await site.screenAll()
        #expect(try site.onlyCase.state == .notAssessable)
        #expect(try site.onlyCase.code == "AMBIGUOUS_PAIR")
    }

    @Test func caseThatRanWhenTheServiceDiedIsScreenedOnce() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        try site.writeNIfTI("patient/FLAIR.nii.gz", .flair)
        try await site.settle()
        // What a kill in mid-case leaves: a running row, a staged folder, and a report whose row was never written.
        var record = try site.onlyCase
        #expect(record.state == .ready)
        record.state = .running
        record.attempts = 1
        try site.ledger.commit { transaction in
            try transaction.update(record)
            try transaction.audit(AuditEvent(.attemptStarted, caseID: record.id))
        }
        try site.folder.write("reports/.staging/\(record.id)-1/publish/report.html")
        try site.folder.write("reports/\(record.id)/report.html")

        site.restart()
        try await site.daemon.prepare(adopts: false)
        #expect(try site.files("reports").contains { $0.hasPrefix(record.id) } == false)
        try await site.screenAll()
        #expect(try site.onlyCase.state == .reported)
        #expect(try site.onlyCase.attempts == 2)
        #expect(try site.files("reports/.staging").isEmpty)
        #expect(try site.isAccountedFor)
    }

    @Test func stoppingHandsTheCaseBack() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        try site.writeNIfTI("patient/FLAIR.nii.gz", .flair)
        try await site.settle()
        let daemon = site.daemon
        let turn = Task { try await daemon.screenTurn() }
        turn.cancel()
        _ = try await turn.value
        #expect(try site.onlyCase.state == .ready)
        #expect(try site.onlyCase.attempts == 0)
        #expect(try site.files("reports/.staging").isEmpty)
    }

    @Test func fileThatKillsItsWorkerIsQuarantinedAloneAmongOthers() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.folder.write("inbox/hostile/nested.dcm", HostileFile.nestedSequences())
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        try await site.settle()
        #expect(try site.ledger.counts().inputs(.refused) == 1)
        #expect(try site.onlyCase.state == .waiting)
    }

    @Test func flippedByteInAMemberStopsScreening() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        try site.writeNIfTI("patient/FLAIR.nii.gz", .flair)
        try await site.settle()
        let name =
            "models/T1w.fcdmodel/"
            + (try site.files("models/T1w.fcdmodel").first { $0.hasSuffix(".safetensors") } ?? "")
        let whole = try site.folder.bytes(name)
        var flipped = whole
        flipped[flipped.count - 5] ^= 1
        try site.folder.write(name, flipped)
        #expect(try await site.daemon.screenTurn() == false)
        #expect(try site.onlyCase.state == .ready)
        try await site.pass(seconds: 3)
        #expect(try site.text("reports/index.html").contains("MODEL_HASH_MISMATCH"))
        #expect(site.lines.all.contains { $0.contains("MODEL_HASH_MISMATCH") })

        try site.folder.write(name, whole)
        site.time.advance(seconds: 61)
        try await site.screenAll()
        #expect(try site.onlyCase.state == .reported)
    }

    @Test func fileThatComesWhileItsStudyIsScreenedBeginsACaseThatTakesItsPlace() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("sub-1/anat/sub-1_T1w.nii.gz", .t1w)
        try await site.settle()
        try await site.pass(seconds: (NightSite.pairWaitMinutes + 1) * 60)
        let old = try site.onlyCase
        let daemon = site.daemon
        async let turn = daemon.screenTurn()
        while try site.ledger.case(old.id)?.state == .ready { await Task.yield() }
        try site.writeNIfTI("sub-1/anat/sub-1_FLAIR.nii.gz", .flair)
        try await site.pass(seconds: 9)
        #expect(try await turn)

        #expect(try site.onlyCase.id == old.id, "its report stands while the late file settles")
        #expect(try site.onlyCase.state == .reported)
        try await site.settle()
        try await site.screenAll()
        #expect(try site.onlyCase.state == .reported)
        #expect(try site.ledger.case(old.id)?.supersededBy == site.onlyCase.id)
        let result = try ResultReader.read(site, site.onlyCase)
        #expect(result.modalities.map(\.status) == [.scored, .scored])
        #expect(try site.isAccountedFor)
    }

    @Test func copiesOfOldCasesGoAndTheirRowsStay() async throws {
        let site = try NightSite()
        site.settings.keepCopiesDays = 2
        site.restart()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        try site.writeNIfTI("patient/FLAIR.nii.gz", .flair)
        try await site.settle()
        try await site.screenAll()
        #expect(try site.files("state/spool").count == 2)
        try await site.pass(seconds: 3 * 86_400)
        #expect(try site.files("state/spool").isEmpty)
        #expect(try site.ledger.counts().inputs(.used) == 2)
    }

    @Test func headOfTheChainIsKeptBesideTheLedger() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        try site.writeNIfTI("patient/FLAIR.nii.gz", .flair)
        try await site.settle()
        try await site.screenAll()
        let kept = try site.text("state/audit-head").split(separator: "\n").first.map(String.init)
        let anchor = try #require(kept.flatMap { AuditAnchor($0) })
        #expect(try site.ledger.verifyAudit(anchors: [anchor]).isIntact)
        #expect(try !site.ledger.verifyAudit(anchors: [AuditAnchor(seq: 10_000, hash: anchor.hash)]).isIntact)
    }

    @Test func untrainedModelsScoreNothingOutsideADemo() async throws {
        let site = try NightSite(isDemo: false)
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        try site.writeNIfTI("patient/FLAIR.nii.gz", .flair)
        try await site.settle()
        try await site.screenAll()
        #expect(try site.onlyCase.code == "NO_MODEL")
        let result = try ResultReader.read(site, site.onlyCase)
        #expect(result.modalities.allSatisfy { $0.score == nil })
    }

    @Test func firstStartOnAFullInboxAsksForAdopt() async throws {
        let site = try NightSite()
        try site.folder.write("inbox/old.dcm", [1])
        await #expect(throws: WatchError.self) { try await site.daemon.prepare(adopts: false) }
        try await site.daemon.prepare(adopts: true)
    }
}

/// Reads what was published.
enum ResultReader {
    static func read(_ site: NightSite, _ record: CaseRecord) throws -> StudyResult {
        try JSONDecoder().decode(
            StudyResult.self, from: Data(try site.folder.bytes("reports/\(record.id)/result.json")))
    }
}
