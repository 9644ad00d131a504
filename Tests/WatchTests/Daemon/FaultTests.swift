import DICOM
import Foundation
import Imaging
import Ledger
import Screening
import Testing
import Watch

@Suite struct FaultTests {
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
}
