import DICOM
import Foundation
import Imaging
import Ledger
import Screening
import Testing
import Watch

/// Studies that arrive in pieces, under other names, or not quite.
@Suite struct CompletenessTests {
    @Test func lateSliceCompletesAnIncompleteStudyAlsoAcrossRestarts() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        let delivery = Delivery(site)
        try delivery.send(.t1w, slices: 0..<70)
        try await site.settle()
        #expect(try site.onlyCase.state == .waiting)
        #expect(try site.onlyCase.waitingFor == "missing images")
        site.restart()
        try await site.daemon.prepare(adopts: false)
        try await site.pass(seconds: 3 * 3600)
        #expect(try site.onlyCase.state == .incomplete)
        #expect(try site.ledger.counts().inputs(.waiting) == 70)

        site.restart()
        try await site.daemon.prepare(adopts: false)
        try delivery.send(.t1w, slices: 70..<115)
        try await site.settle()
        #expect(try site.onlyCase.waitingFor == "FLAIR")
        site.restart()
        try await site.daemon.prepare(adopts: false)
        try await site.pass(seconds: (NightSite.pairWaitMinutes + 1) * 60)
        #expect(try site.onlyCase.state == .ready)
        #expect(try site.ledger.cases().count == 1)
        #expect(try site.isAccountedFor)
    }

    @Test func lateSeriesThatStaysIncompleteWaitsBehindTheReport() async throws {
        let site = try NightSite()
        let (delivery, old) = try await Delivery.reportedWithT1Alone(site)
        try delivery.send(.flair, slices: 0..<40)
        try await site.settle()
        try await site.pass(seconds: 3 * 3600)
        #expect(try site.onlyCase.id == old.id)
        let late = try #require(try site.ledger.cases().first { $0.id != old.id })
        #expect(late.state == .incomplete)
        try delivery.send(.flair, slices: 40..<115)
        try await site.settle()
        #expect(try site.onlyCase.id == late.id)
        #expect(try site.onlyCase.state == .ready)
        #expect(try site.ledger.case(old.id)?.supersededBy == late.id)
    }

    @Test func pageSaysThatTheNewerCaseStayedIncomplete() async throws {
        let site = try NightSite()
        let (delivery, old) = try await Delivery.reportedWithT1Alone(site)
        let rescreen = Rescreen(ledger: site.ledger, key: site.key, spool: site.settings.spool, time: site.time)
        _ = try rescreen.enter(try rescreen.plan(Rescreen.Request(caseIDs: [old.id])))
        try delivery.send(.flair, slices: 0..<40)
        try await site.settle()
        try await site.pass(seconds: 3 * 3600)
        #expect(try site.onlyCase.state == .incomplete)
        #expect(try site.text("reports/\(old.id)/report.html").contains("came to no report"))
    }

    @Test func fileThatIsRenamedWhileItSettlesIsTakenOnce() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/T1.nii.gz.part", .t1w)
        try await site.pass(seconds: 30)
        #expect(try site.ledger.counts().received == 0)
        let folder = site.folder.path + "/inbox/patient/"
        try FileManager.default.moveItem(atPath: folder + "T1.nii.gz.part", toPath: folder + "scan_T1.nii.gz")
        try await site.daemon.intakeTurn()
        try FileManager.default.moveItem(atPath: folder + "scan_T1.nii.gz", toPath: folder + "T1.nii.gz")
        try await site.settle()
        #expect(try site.ledger.counts().received == 1)
        #expect(try site.onlyCase.waitingFor == "FLAIR")
        #expect(try site.isAccountedFor)
    }

    @Test func fileThatIsDeletedBeforeItSettlesLeavesNoTrace() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        try await site.daemon.intakeTurn()
        try FileManager.default.removeItem(atPath: site.folder.path + "/inbox/patient/T1.nii.gz")
        try await site.settle()
        #expect(try site.ledger.counts().received == 0)
        #expect(try site.ledger.cases().isEmpty)
        #expect(try site.files("state/spool").isEmpty)
    }

    @Test func studyWaitsForAFileBesideItThatIsStillBeingWritten() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        try site.writeNIfTI("patient/FLAIR.nii.gz.part", .flair)
        try await site.settle()
        // The T1w is whole and quiet, but its neighbour grows: nothing is decided.
        #expect(try site.onlyCase.state == .arriving)
        site.restart()
        try await site.daemon.prepare(adopts: false)
        try await site.pass(seconds: 300)
        #expect(try site.onlyCase.state == .arriving)
        // A transfer that never ends is given up and holds nothing back.
        try await site.pass(seconds: 7200, steps: 6)
        #expect(try site.onlyCase.state != .arriving)
    }
}
