import Foundation
import Logging
import Testing
import Watch

@Suite struct DemoNightTests {
    /// The whole program at once: real files, real workers, a real ledger; only the waits are short, and not
    /// too short for a machine that runs all other tests beside it.
    @Test func everyStudyOfTheDemoEndsAsItMust() async throws {
        let folder = try TemporaryFolder()
        let night = DemoNight(
            folder: folder.path + "/night", log: LogLines().logger, worker: NightSite.program,
            longestWaitSeconds: 90)
        let outcomes = try await night.run { _ in }
        for outcome in outcomes {
            #expect(outcome.isAsExpected, "\(outcome.study): expected \(outcome.expected), found \(outcome.found)")
        }
        let list = String(decoding: try folder.bytes("night/reports/index.html"), as: UTF8.self)
        #expect(list.contains("The sums balance"))
        #expect(!list.contains("RUNNING"))
    }
}
