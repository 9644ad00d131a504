import Crypto
import DICOM
import Foundation
import Imaging
import Ledger
import Screening
import Testing
import Watch

/// Files that come when their study has its report already.
@Suite struct LateInputTests {
    /// T1w and FLAIR by BIDS names, reported.
    private func reported(_ site: NightSite, flair: Bool = true) async throws -> CaseRecord {
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("sub-1/anat/sub-1_T1w.nii.gz", .t1w)
        if flair { try site.writeNIfTI("sub-1/anat/sub-1_FLAIR.nii.gz", .flair) }
        try await site.settle()
        if !flair { try await site.pass(seconds: (NightSite.pairWaitMinutes + 1) * 60) }
        try await site.screenAll()
        let record = try site.onlyCase
        #expect(record.state == .reported)
        return record
    }

    @Test func lateFLAIRTakesThePlaceOfTheT1OnlyReport() async throws {
        let site = try NightSite()
        let old = try await reported(site, flair: false)
        try site.writeNIfTI("sub-1/anat/sub-1_FLAIR.nii.gz", .flair)
        try await site.pass(seconds: 9)
        // While it arrives the earlier report stands, and its page says nothing yet.
        #expect(try site.onlyCase.id == old.id)
        #expect(try !site.text("reports/\(old.id)/report.html").contains("SUPERSEDED"))
        #expect(try site.ledger.counts().cases(.reported) == 1)

        try await site.pass(seconds: 3 * NightSite.settleSeconds)
        let newer = try site.onlyCase
        #expect(newer.state == .ready)
        #expect(try site.ledger.case(old.id)?.supersededBy == newer.id)
        #expect(try site.text("reports/\(old.id)/report.html").contains("A newer report is being made"))
        try await site.screenAll()

        let oldPage = try site.folder.bytes("reports/\(old.id)/report.html")
        let oldText = String(decoding: oldPage, as: UTF8.self)
        #expect(oldText.contains("href=\"../\(newer.id)/report.html\""))
        #expect(!oldText.contains("A newer report is being made"))
        let marks = try site.ledger.explain(old.id).audit.filter { $0.event == AuditEvent.Kind.superseded.rawValue }
        let hash = SHA256.hash(data: oldPage).map { String(format: "%02x", $0) }.joined()
        #expect(marks.last?.objectSHA256 == hash)

        let result = try ResultReader.read(site, site.onlyCase)
        let earlier = try #require(result.supersedes)
        #expect(result.schema == "1.1")
        #expect(earlier.caseID == old.id)
        #expect(earlier.why == .newImages)
        #expect(earlier.modalities.map(\.status) == [.scored, .missing])
        #expect(result.modalities.map(\.status) == [.scored, .scored])
        let page = try site.text("reports/\(newer.id)/report.html")
        #expect(page.contains("what changed"))
        #expect(page.contains("href=\"../\(old.id)/report.html\""))
        #expect(page.contains("1 file added"))
        #expect(try site.isAccountedFor)
        #expect(try site.ledger.counts().studies == 1)

        try await site.pass(seconds: 6)
        let list = try site.text("reports/index.html")
        #expect(list.contains("./\(old.id)/report.html"))
        #expect(list.contains("./\(newer.id)/report.html"))
    }

    @Test func rescreenThatNewImagesOvertakeEndsWithAReason() async throws {
        let site = try NightSite()
        let old = try await reported(site, flair: false)
        try site.writeNIfTI("sub-1/anat/sub-1_FLAIR.nii.gz", .flair)
        try await site.pass(seconds: 9)
        let rescreen = Rescreen(ledger: site.ledger, key: site.key, spool: site.settings.spool, time: site.time)
        let done = try rescreen.enter(try rescreen.plan(Rescreen.Request(caseIDs: [old.id])))
        let asked = try #require(done.chosen.first?.newCaseID)
        try await site.pass(seconds: 3 * NightSite.settleSeconds)
        let newer = try site.onlyCase
        #expect(newer.id != asked)
        let overtaken = try #require(try site.ledger.case(asked))
        #expect(overtaken.state == .notAssessable)
        #expect(overtaken.code == "REPLACED_BEFORE_ITS_TURN")
        #expect(overtaken.supersededBy == newer.id)
        try await site.screenAll()
        #expect(try ResultReader.read(site, site.onlyCase).modalities.map(\.status) == [.scored, .scored])
        #expect(try site.ledger.cases().allSatisfy { $0.state.isFinal })
        #expect(try site.ledger.counts().inputs(.waiting) == 0)
        #expect(try site.isAccountedFor)
    }

    @Test func pageThatLostItsNoticeGetsItAgainAtTheNextStart() async throws {
        let site = try NightSite()
        let old = try await reported(site, flair: false)
        let page = try site.folder.bytes("reports/\(old.id)/report.html")
        try site.writeNIfTI("sub-1/anat/sub-1_FLAIR.nii.gz", .flair)
        try await site.settle()
        // A crash between the promotion and the page: the row says nothing of a notice.
        try site.folder.write("reports/\(old.id)/report.html", page)
        try site.ledger.commit { transaction in
            try transaction.change(case: old.id, atUS: old.updatedAtUS) { $0.summary = old.summary }
            try transaction.audit(AuditEvent(.start))
        }
        site.restart()
        try await site.daemon.prepare(adopts: false)
        #expect(try site.text("reports/\(old.id)/report.html").contains("SUPERSEDED"))
        // A second start finds nothing to do.
        let seq = try site.ledger.head()?.seq ?? 0
        site.restart()
        try await site.daemon.prepare(adopts: false)
        let marks = try site.ledger.explain(old.id).audit.filter { $0.seq > seq }
        #expect(marks.isEmpty)
    }

    @Test func lateLocalizerChangesNothing() async throws {
        let site = try NightSite()
        let (delivery, old) = try await Delivery.reportedWithT1Alone(site)

        try delivery.send(.localizer)
        try await site.settle()
        #expect(try await site.daemon.screenTurn() == false)
        #expect(try site.onlyCase == old)
        let late = try #require(try site.ledger.cases().first { $0.id != old.id })
        #expect(late.code == "NOTHING_NEW")
        #expect(late.supersededBy == old.id)
        let inputs = try site.ledger.inputs(caseID: late.id)
        #expect(inputs.count == 3)
        #expect(inputs.allSatisfy { $0.outcome == .notNeeded && $0.code == "NOTHING_NEW" })
        #expect(inputs.allSatisfy { $0.seriesKey != nil && $0.instanceKey != nil })
        #expect(try !site.text("reports/\(old.id)/report.html").contains("SUPERSEDED"))
        #expect(try site.ledger.counts().inputs(.waiting) == 0)

        // The same study once more is duplicates: no case, no report.
        try delivery.send(.t1w)
        try delivery.send(.localizer)
        try await site.settle()
        #expect(try site.ledger.cases().count == 2)
        #expect(try site.ledger.counts().inputs(.duplicate) == 115 + 3)

        // A FLAIR that comes after all still makes a newer report.
        try delivery.send(.flair)
        try await site.settle()
        try await site.screenAll()
        #expect(try site.onlyCase.id != old.id)
        #expect(try ResultReader.read(site, site.onlyCase).modalities.map(\.status) == [.scored, .scored])
        #expect(try site.isAccountedFor)
    }

    @Test func lateFileWithoutTheEarlierCopiesDoesNotReplaceAGoodReport() async throws {
        let site = try NightSite()
        site.settings.keepCopiesDays = 2
        site.restart()
        let old = try await reported(site, flair: false)
        try await site.pass(seconds: 3 * 86_400)
        #expect(try site.files("state/spool").isEmpty)

        try site.writeNIfTI("sub-1/anat/sub-1_FLAIR.nii.gz", .flair)
        try await site.settle()
        #expect(try site.onlyCase.id == old.id)
        let late = try #require(try site.ledger.cases().first { $0.id != old.id })
        #expect(late.code == "EARLIER_COPIES_GONE")
        #expect(try await site.daemon.screenTurn() == false)
        try await site.pass(seconds: 6)
        #expect(try site.text("reports/index.html").contains("EARLIER_COPIES_GONE"))

        // The whole study again is screened: the late file's copy is still here.
        try site.writeNIfTI("sub-1/anat/sub-1_T1w.nii.gz", .t1w)
        try await site.settle()
        try await site.screenAll()
        #expect(try ResultReader.read(site, site.onlyCase).modalities.map(\.status) == [.scored, .scored])
        #expect(try site.isAccountedFor)
    }

    @Test func wholeStudyAgainAfterItsCopiesWentSaysNothingNew() async throws {
        let site = try NightSite()
        site.settings.keepCopiesDays = 2
        site.restart()
        let old = try await reported(site)
        try await site.pass(seconds: 3 * 86_400)
        try site.writeNIfTI("sub-1/anat/sub-1_T1w.nii.gz", .t1w)
        try site.writeNIfTI("sub-1/anat/sub-1_FLAIR.nii.gz", .flair)
        try await site.settle()
        #expect(try await site.daemon.screenTurn() == false)
        #expect(try site.onlyCase.id == old.id)
        #expect(try site.ledger.cases().map(\.code).contains("NOTHING_NEW"))
        #expect(try site.isAccountedFor)
    }
}
