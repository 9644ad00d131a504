import Foundation
import Imaging
import Ledger
import Testing
import Watch

@Suite struct NoticeTests {
    /// The test's clock starts at 08:00 UTC.
    private static let rules = NightCheck.Rules(
        by: TimeOfDay(hour: 10, minute: 0), nightBegins: TimeOfDay(hour: 9, minute: 0), expectsStudies: true,
        timeZone: .gmt)

    private func site() async throws -> NightSite {
        let site = try NightSite()
        site.settings.notice = Self.rules
        site.restart()
        try await site.daemon.prepare(adopts: false)
        return site
    }

    private func checks(_ site: NightSite) throws -> [String] {
        try site.ledger.audit(after: 0, limit: 10_000).filter { $0.event == "nightChecked" }.map(\.outcome)
    }

    @Test func nightWithoutAFileIsSaidOnceAndStandsUntilTheNextBegins() async throws {
        let site = try await site()
        try await site.pass(seconds: 3600)
        #expect(try checks(site).isEmpty)
        try await site.pass(seconds: 3600 + 60)
        #expect(try checks(site) == ["NIGHT_WITHOUT_INPUT"])
        #expect(site.lines.all.filter { $0.contains("NIGHT_WITHOUT_INPUT") }.count == 1)
        #expect(site.lines.all.contains { $0.contains(JournalMessage.nightNotice.rawValue) })
        try await site.pass(seconds: 600)
        #expect(try site.text("reports/index.html").contains("NIGHT_WITHOUT_INPUT"))

        site.restart()
        try await site.daemon.prepare(adopts: false)
        try await site.pass(seconds: 600)
        #expect(try checks(site).count == 1, "a restart does not repeat it")
        #expect(try site.text("reports/index.html").contains("NIGHT_WITHOUT_INPUT"), "nor forgets it")
        #expect(SignOfLife.read(state: site.settings.state)?.alarms.map(\.code) == ["NIGHT_WITHOUT_INPUT"])

        try await site.pass(seconds: 23 * 3600)
        #expect(!(try site.text("reports/index.html").contains("NIGHT_WITHOUT_INPUT")))
        #expect(try site.isAccountedFor)
    }

    @Test func nightWithAFileIsInOrder() async throws {
        let site = try await site()
        try await site.pass(seconds: 3900)
        try site.folder.write("inbox/a/readme.txt", [65])
        try await site.settle()
        try await site.pass(seconds: 3600)
        #expect(try checks(site) == ["ok"])
        #expect(!(try site.text("reports/index.html").contains("NIGHT_")))
    }

    @Test func hourThatStruckWhileTheServiceWasDownIsMadeUpFor() async throws {
        let site = try await site()
        site.time.advance(seconds: 20 * 3600)
        site.restart()
        try await site.daemon.prepare(adopts: false)
        try await site.daemon.intakeTurn()
        #expect(try checks(site) == ["NIGHT_WITHOUT_INPUT"])
    }

    @Test func inboxThatIsAwayDoesNotSilenceTheNotice() async throws {
        let site = try await site()
        site.time.advance(seconds: 3 * 3600)
        try FileManager.default.removeItem(atPath: site.settings.inbox)
        await #expect(throws: WatchError.self) { try await site.daemon.intakeTurn() }
        #expect(try checks(site) == ["NIGHT_WITHOUT_INPUT"])
    }

    @Test func firstStartHasNoNightBehindIt() async throws {
        let site = try await site()
        try await site.daemon.intakeTurn()
        #expect(try checks(site).isEmpty)
    }
}
