import Foundation
import Ledger
import Screening
import Testing
import Watch

/// A copy into the inbox may stand still for longer than the service waits.
@Suite struct HalfFileTests {
    /// A site that took the first half of a scan, and the whole of it.
    private func half(_ name: String = "patient/T1.nii.gz") async throws -> (site: NightSite, whole: [UInt8]) {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI(name, .t1w)
        let whole = try site.folder.bytes("inbox/" + name)
        try site.folder.write("inbox/" + name, Array(whole.prefix(whole.count / 2)))
        try await site.settle()
        return (site, Array(whole))
    }

    @Test func originalStaysAndItsRestIsTaken() async throws {
        let (site, whole) = try await half()
        #expect(try site.ledger.counts().inputs(.refused) == 1)
        #expect(try site.files("inbox").contains { $0.hasSuffix("T1.nii.gz") })
        try await site.settle()
        #expect(try site.ledger.counts().received == 1)

        try site.folder.write("inbox/patient/T1.nii.gz", whole)
        try await site.settle()
        let counts = try site.ledger.counts()
        #expect(counts.received == 2 && counts.balanced)
        #expect(counts.inputs(.refused) == 0)
        #expect(counts.inputCodes.contains { $0.code == "TAKEN_WHILE_WRITTEN" && $0.outcome == "notNeeded" })
        #expect(try site.onlyCase.state == .waiting)
        #expect(try !site.files("inbox").contains { $0.hasSuffix("T1.nii.gz") })
    }

    @Test func originalGoesOnceTheLongestWaitIsOver() async throws {
        let (site, _) = try await half()
        try await site.pass(seconds: Int(site.settings.fileRules.maximumNS / 1_000_000_000) + 60)
        try await site.settle()
        let counts = try site.ledger.counts()
        #expect(counts.received == 1 && counts.inputs(.refused) == 1)
        #expect(try !site.files("inbox").contains { $0.hasSuffix("T1.nii.gz") })
    }

    @Test func restartBetweenTheHalvesLosesNothing() async throws {
        let (site, whole) = try await half()
        try site.folder.write("inbox/patient/T1.nii.gz", whole)
        site.restart()
        try await site.daemon.prepare(adopts: false)
        try await site.settle()
        let counts = try site.ledger.counts()
        #expect(counts.received == 2 && counts.balanced)
        #expect(try site.onlyCase.state == .waiting)
    }

    @Test func wholeFileGoesOnlyAfterAWorkerHasReadIt() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        try await site.settle()
        #expect(try site.ledger.counts().inputs(.waiting) == 1)
        #expect(try !site.files("inbox").contains { $0.hasSuffix("T1.nii.gz") })
    }
}
