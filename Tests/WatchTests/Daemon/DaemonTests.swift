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

    @Test func fileThatWasEnteredButNotRemovedIsCountedOnce() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        site.settings.keepsInbox = true
        site.restart()
        try await site.settle()
        // The same inbox seen by a service that forgets what it kept, as one that died before it removed the file.
        site.settings.keepsInbox = false
        site.restart()
        try await site.settle()
        #expect(try site.ledger.counts().received == 1)
        #expect(try site.files("inbox").filter { $0.hasSuffix(".gz") }.isEmpty)
    }

    @Test func newFileThatLooksLikeATakenOneIsNotLost() async throws {
        let site = try NightSite()
        site.settings.keepsInbox = true
        site.restart()
        try await site.daemon.prepare(adopts: false)
        // Same place on the disk, size and time, other bytes: what numbers that are given out again look like.
        let path = site.folder.path + "/inbox/note.txt"
        let date = Date(timeIntervalSince1970: 1_700_000_000)
        for text in ["first", "other"] {
            let file = try #require(FileHandle(forUpdatingAtPath: try existing(path)))
            try file.write(contentsOf: Data(text.utf8))
            try file.close()
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
            site.restart()
            site.settings.keepsInbox = false
            try await site.settle()
            site.settings.keepsInbox = true
        }
        #expect(try site.ledger.counts().received == 2)
    }

    private func existing(_ path: String) throws -> String {
        if !FileManager.default.fileExists(atPath: path) { FileManager.default.createFile(atPath: path, contents: nil) }
        return path
    }

    @Test func fileThatIsSentAgainUnderABetterNameIsScreened() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/scan.nii.gz", .t1w)
        try await site.settle()
        #expect(try site.ledger.counts().inputCodes.contains { $0.code == "NIFTI_CONTRAST_UNNAMED" })
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        try await site.settle()
        #expect(try site.onlyCase.state == .waiting)
        #expect(try site.ledger.counts().inputs(.duplicate) == 0)
    }

    @Test func reusedFolderNameDoesNotJoinTwoPatients() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("export/T1.nii.gz", .t1w, seed: 1)
        try await site.settle()
        try await site.pass(seconds: (NightSite.pairWaitMinutes + 1) * 60)
        try await site.screenAll()
        try site.writeNIfTI("export/FLAIR.nii.gz", .flair, seed: 2)
        try await site.settle()
        try await site.pass(seconds: (NightSite.pairWaitMinutes + 1) * 60)
        try await site.screenAll()
        let result = try ResultReader.read(site, site.onlyCase)
        #expect(result.modalities.map(\.status) == [.missing, .scored])
    }

    @Test func workerThatCannotStartCostsNoFileAndNoAttempt() async throws {
        let site = try NightSite()
        site.settings.workerExecutable = site.folder.path + "/no-such-program"
        site.restart()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        await #expect(throws: WatchError.self) { try await site.settle() }
        #expect(try site.ledger.counts().inputs(.waiting) == 1)
        #expect(try site.ledger.counts().inputs(.refused) == 0)

        site.settings.workerExecutable = NightSite.program
        site.restart()
        try await site.settle()
        #expect(try site.onlyCase.state == .waiting)
    }

    @Test func reportsFolderThatIsAwayIsWaitedFor() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        try site.writeNIfTI("patient/FLAIR.nii.gz", .flair)
        try await site.settle()
        let root = site.folder.path + "/reports"
        try FileManager.default.moveItem(atPath: root, toPath: root + ".away")
        await #expect(throws: WatchError.self) { try await site.daemon.screenTurn() }
        #expect(!FileManager.default.fileExists(atPath: root))
        try FileManager.default.moveItem(atPath: root + ".away", toPath: root)
        try await site.screenAll()
        #expect(try site.onlyCase.state == .reported)
        #expect(try site.onlyCase.attempts == 1)
    }

    @Test func copiesThatAnOlderLedgerDoesNotKnowAreSetAside() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.folder.write("state/spool/unknown", Array("the only copy".utf8))
        try site.folder.write(
            "state/audit-head", Array("\(AuditAnchor(seq: 9_999, hash: String(repeating: "a", count: 64)))".utf8))
        site.restart()
        try await site.daemon.prepare(adopts: false)
        #expect(try site.files("state/orphaned") == ["unknown"])
    }

    @Test func everyFileEndsInOneOutcome() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        try site.writeNIfTI("patient/T1_copy.nii.gz", .t1w)
        try site.folder.write("inbox/patient/T1.json", Array("{}".utf8))
        try site.folder.write("inbox/patient/letter.pdf", Array("no image".utf8))
        try site.folder.write("inbox/patient/broken.dcm", [UInt8](repeating: 7, count: 400))
        try site.folder.write("inbox/patient/empty.dcm", [])
        try site.folder.write("inbox/patient/coming.nii.gz.part", Array("later".utf8))
        try FileManager.default.createSymbolicLink(
            atPath: site.folder.path + "/inbox/link.dcm", withDestinationPath: "/etc/passwd")
        try await site.settle()
        let counts = try site.ledger.counts()
        #expect(counts.received == 7)
        #expect(counts.inputs(.duplicate) == 1)
        #expect(counts.inputs(.notNeeded) == 1)
        #expect(counts.inputs(.refused) == 4)
        #expect(counts.inputs(.waiting) == 1)
        let codes = counts.inputCodes.filter { $0.outcome == "refused" }.compactMap(\.code)
        #expect(Set(codes) == ["NOT_AN_IMAGE", "NOT_DICOM", "EMPTY_FILE", "SYMBOLIC_LINK"])
        #expect(counts.balanced)
        #expect(try site.files("state/quarantine").filter { $0.hasSuffix("reason.json") }.count == 2)
        #expect(try site.files("inbox").contains("patient/coming.nii.gz.part"))
        // A second look changes nothing: refused entries that stay are not entered again.
        try await site.settle()
        #expect(try site.ledger.counts().received == 7)
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
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        try await site.settle()
        try await site.pass(seconds: (NightSite.pairWaitMinutes + 1) * 60)
        let old = try site.onlyCase
        let daemon = site.daemon
        async let turn = daemon.screenTurn()
        while try site.ledger.case(old.id)?.state == .ready { await Task.yield() }
        try site.writeNIfTI("patient/FLAIR.nii.gz", .flair)
        try await site.pass(seconds: 9)
        #expect(try await turn)

        let replaced = try #require(try site.ledger.case(old.id))
        let newer = try site.onlyCase
        #expect(replaced.supersededBy == newer.id)
        try await site.settle()
        try await site.screenAll()
        #expect(try site.onlyCase.state == .reported)
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
