import Foundation
import Ledger
import Screening
import Testing
import Watch

@Suite struct SelftestTests {
    /// Gives the FLAIR bundle a known answer.
    private static func record(_ site: NightSite, wrong: Bool) throws {
        let path = try #require(site.settings.screening.bundles.flair)
        let bundle = try ModelBundle.load(path).recordingKnownAnswer(seed: 5, threads: 2)
        guard wrong else { return }
        var manifest = bundle.manifest
        manifest.knownAnswer?.logits[0][1] += 1
        _ = try bundle.replacingManifest(by: manifest, threads: 2)
    }

    @Test func aModelThatAnswersOtherwiseScreensNothing() async throws {
        let site = try NightSite()
        try Self.record(site, wrong: true)
        try await site.daemon.prepare(adopts: false)
        #expect(try await site.daemon.screenTurn() == false)
        #expect(site.lines.all.contains { $0.contains("MODEL_ANSWER_WRONG") })
        // It stays so when the models are looked at again.
        site.time.advance(seconds: 120)
        #expect(try await site.daemon.screenTurn() == false)
        try await site.pass(seconds: 90)
        #expect(try site.text("reports/index.html").contains("MODEL_ANSWER_WRONG"))
    }

    @Test func aModelThatAnswersRightlyIsAskedOnce() async throws {
        let site = try NightSite()
        try Self.record(site, wrong: false)
        try await site.daemon.prepare(adopts: false)
        for _ in 0..<2 { #expect(try await site.daemon.screenTurn() == false) }
        #expect(site.lines.all.count { $0.contains("known answers") } == 1)
        #expect(!site.lines.all.contains { $0.contains("MODEL_ANSWER_WRONG") })
    }
}
