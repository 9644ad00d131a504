import Foundation
import Imaging
import Reporting
import Screening
import Testing

@Suite struct StudyPageTests {
    /// Writes every kind of page to the folder named by FCDWATCH_PAGES, to be looked at.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["FCDWATCH_PAGES"] != nil), arguments: SampleStudies.Kind.allCases)
    func pagesAreWritten(kind: SampleStudies.Kind) throws {
        let folder = try #require(ProcessInfo.processInfo.environment["FCDWATCH_PAGES"])
        let html = try SampleStudies.page(kind).html()
        try html.write(toFile: "\(folder)/\(kind.rawValue).html", atomically: true, encoding: .utf8)
        #expect(html.utf8.count < 6_000_000)
    }
}
