import DICOM
import Foundation
import Imaging
import Ledger
import Screening
import Testing
import Watch

@Suite struct IntakeTests {
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
        try await site.daemon.prepare(adopts: false)
        try site.folder.write("inbox/patient/notes.txt", Array("new".utf8))
        // A row of a file long removed whose number, size and time the new one got.
        let entry = try #require(try InboxScanner().scan(site.folder.path + "/inbox").entries.first)
        let row = InputRecord(
            sha256: String(repeating: "a", count: 64), size: entry.identity.size, relativePath: entry.path.escaped,
            receivedAtUS: 1, outcome: .notNeeded, device: Int64(bitPattern: entry.identity.device),
            inode: Int64(bitPattern: entry.identity.inode), mtimeNS: entry.identity.mtimeNS)
        try site.ledger.commit { transaction in
            try transaction.insert(row)
            try transaction.audit(AuditEvent(.inputReceived))
        }
        try await site.settle()
        #expect(try site.ledger.counts().received == 2)
        #expect(try site.ledger.counts().inputs(.refused) == 1)
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

    @Test func screenedStudyThatComesAgainElsewhereIsADuplicate() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        for folder in ["first", "second"] {
            try site.writeNIfTI(folder + "/T1.nii.gz", .t1w)
            try site.writeNIfTI(folder + "/FLAIR.nii.gz", .flair)
            try await site.settle()
            try await site.screenAll()
        }
        #expect(try site.onlyCase.state == .reported)
        #expect(try site.ledger.counts().inputs(.duplicate) == 2)
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
        let cases = try site.ledger.cases()
        #expect(cases.count == 2)
        #expect(cases.allSatisfy { $0.supersededBy == nil }, "neither takes the place of the other")
        let result = try ResultReader.read(site, try #require(cases.last))
        #expect(result.modalities.map(\.status) == [.missing, .scored])
        #expect(result.supersedes == nil)
    }

    @Test func refusedEntryIsCountedOnceHoweverLongTheSpoolIsFull() async throws {
        let site = try NightSite()
        site.settings.reserveBytes = .max / 4
        site.restart()
        try await site.daemon.prepare(adopts: false)
        // Older than the file, so that it is refused before the spool is found full.
        try FileManager.default.createSymbolicLink(
            atPath: site.folder.path + "/inbox/link.dcm", withDestinationPath: "nowhere")
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        try await site.daemon.intakeTurn()
        site.time.advance(seconds: 3)
        for _ in 0..<3 {
            await #expect(throws: WatchError.self) { try await site.daemon.intakeTurn(looks: false) }
        }
        #expect(try site.ledger.counts().received == 1)
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

    @Test func aBacklogIsTakenInTurnsAndTheOldestFirst() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        try await site.daemon.intakeTurn()
        for index in 0..<600 { try site.folder.write("inbox/heap/\(index).txt", Array("\(index)".utf8)) }
        // The second look sees the heap, the third finds all of it quiet.
        for seconds in [1, 2] {
            site.time.advance(seconds: seconds)
            try await site.daemon.intakeTurn()
        }
        #expect(try site.ledger.counts().received == 256)
        #expect(try site.onlyCase.state == .arriving, "the study was before the heap")
        var turns = 1
        while try await site.daemon.intakeTurn(looks: false) <= site.time.monotonicNS(), turns < 10 { turns += 1 }
        #expect(try site.ledger.counts().received == 601)
        #expect(turns <= 3)
        #expect(try site.files("inbox/heap").isEmpty)
    }

    @Test func aFullStorageLosesNoPlaceInTheQueue() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        for index in 0..<5 { try site.folder.write("inbox/\(index).txt", Array("\(index)".utf8)) }
        site.settings.reserveBytes = .max / 2
        site.restart()
        try await site.daemon.intakeTurn()
        site.time.advance(seconds: 2)
        await #expect(throws: WatchError.self) { try await site.daemon.intakeTurn() }
        await #expect(throws: WatchError.self) { try await site.daemon.intakeTurn(looks: false) }
        #expect(try site.ledger.counts().received == 0)
        #expect(try site.files("inbox").count == 5)
    }

    @Test func refusedEntriesAreKnownAfterARestart() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.folder.write("inbox/empty.dcm", [])
        try await site.settle()
        site.restart()
        try await site.daemon.prepare(adopts: false)
        try await site.settle()
        #expect(try site.ledger.counts().received == 1)
    }
}
