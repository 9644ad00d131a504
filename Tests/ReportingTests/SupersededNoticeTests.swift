import Foundation
import Reporting
import Screening
import Testing

@Suite struct SupersededNoticeTests {
    private static let page = Result {
        Array(try SampleStudies.page(.flagged, shape: [40, 48, 40]).html().utf8)
    }

    private func notice(_ stage: SupersededNotice.Stage, _ newer: String = "20260214-9b01") -> SupersededNotice {
        SupersededNotice(newerCase: newer, stage: stage, why: .newImages, atLocal: "2026-02-16 03:00 CET")
    }

    private func text(_ bytes: [UInt8]?) throws -> String { String(decoding: try #require(bytes), as: UTF8.self) }

    @Test func pageNamesItsSuccessorBeforeAllElse() throws {
        let page = try Self.page.get()
        #expect(try !text(page).contains("SUPERSEDED"))
        let html = try text(notice(.published).written(into: page))
        #expect(html.contains("href=\"../20260214-9b01/report.html\""))
        let banner = try #require(html.range(of: "aria-label=\"SUPERSEDED"))
        let verdict = try #require(html.range(of: "FLAGGED FOR REVIEW"))
        #expect(banner.lowerBound < verdict.lowerBound)
        #expect(html.contains("script-src &#39;none&#39;"))
        #expect(!html.contains("<script"))
    }

    @Test func sameNoticeTwiceIsOneNotice() throws {
        let once = try #require(notice(.published).written(into: try Self.page.get()))
        #expect(notice(.published).written(into: once) == once)
    }

    @Test func laterStageTakesThePlaceOfTheEarlier() throws {
        let page = try Self.page.get()
        let pending = try #require(notice(.pending).written(into: page))
        #expect(try text(pending).contains("A newer report is being made"))
        let published = try #require(notice(.published).written(into: pending))
        #expect(published == notice(.published).written(into: page))
        #expect(try text(notice(.failed).written(into: published)).contains("came to no report"))
    }

    @Test func nothingElseOfThePageChanges() throws {
        let page = try Self.page.get()
        let marked = try #require(notice(.published).written(into: page))
        let markers = Data("<!-- superseded: begin -->\n".utf8)
        let place = try #require(Data(page).range(of: markers)).upperBound
        #expect(marked.prefix(place) == page.prefix(place))
        #expect(marked.suffix(page.count - place) == page.suffix(page.count - place))
    }

    @Test func nameFromAFileCannotBecomeMarkup() throws {
        let html = try text(notice(.published, "\"><script>").written(into: try Self.page.get()))
        #expect(!html.contains("<script>"))
    }

    @Test func otherBytesAreRefused() {
        #expect(notice(.published).written(into: Array("no page".utf8)) == nil)
        #expect(notice(.published).written(into: []) == nil)
    }
}
