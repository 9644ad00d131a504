import Foundation
package import Screening

/// What a finished page is made to say once a newer case takes its place.
package struct SupersededNotice: Sendable, Hashable {
    /// How far the newer case is.
    package enum Stage: String, Sendable, Hashable {
        /// It is certain to be screened, and has no page yet.
        case pending
        /// Its page stands.
        case published
        /// Screening it ended badly: it has no page.
        case failed
    }

    package var newerCase: String
    package var stage: Stage
    package var why: EarlierReport.Why
    /// Local date and time of the newer case's last change, with its zone.
    package var atLocal: String

    package init(newerCase: String, stage: Stage, why: EarlierReport.Why, atLocal: String) {
        self.newerCase = newerCase
        self.stage = stage
        self.why = why
        self.atLocal = atLocal
    }

    /// Where a page has room for a notice: empty in a new one.
    static var place: [HTML] { [.marker(begin), .marker(end)] }

    private static let begin: StaticString = "superseded: begin"
    private static let end: StaticString = "superseded: end"

    /// The page with this notice on top, in place of an earlier one.
    ///
    /// Writing the same notice again changes nothing. The page's policy still holds: the notice brings no script, no style
    /// and no picture of its own.
    /// - Returns: nil where these are not the bytes of a study page.
    package func written(into page: [UInt8]) -> [UInt8]? {
        let data = Data(page)
        // Escaped text holds no "<", so a marker can stand nowhere else; the first one after <main> is the page's own.
        guard let main = data.range(of: Data("<main>".utf8)),
            let begin = data.range(of: Self.bytes(Self.begin), in: main.upperBound..<data.endIndex),
            let end = data.range(of: Self.bytes(Self.end), in: begin.upperBound..<data.endIndex)
        else { return nil }
        return Array(data[..<begin.upperBound]) + Array(html.render().utf8) + Array(data[end.lowerBound...])
    }

    private static func bytes(_ marker: StaticString) -> Data { Data(HTML.marker(marker).render().utf8) }

    private var html: HTML {
        StudyPage.strip("superseded", .warning, heading) {
            el("p") {
                el("strong") { reason }
                " "
                fate
            }
        }
    }

    private var heading: String {
        switch stage {
        case .pending, .published: "SUPERSEDED: do not use this page"
        case .failed where why == .rescreened: "SUPERSEDED, but the newer screening failed: these are the last results"
        case .failed: "SUPERSEDED, and the newer screening failed: do not rely on this page"
        }
    }

    private var reason: String {
        switch why {
        case .newImages: "Images of this study came after this report was made."
        case .rescreened: "This study is screened again on request."
        }
    }

    @HTMLBuilder private var fate: [HTML] {
        switch stage {
        case .pending:
            "A newer report is being made as case \(newerCase) (since \(atLocal)): see the "
            el("a", ["href": StudyPage.link("../index.html")]) { "work list" }
            "."
        case .published:
            "The newer report, of \(atLocal), takes its place: "
            el("a", ["href": StudyPage.link("../\(newerCase)/report.html")]) { "case \(newerCase)" }
            "."
        case .failed:
            "\(why == .newImages ? "Screening them" : "Screening it again") as case \(newerCase) came to no report "
            "(\(atLocal))\(why == .newImages ? ", and this page does not speak of the whole study" : ""): see the "
            el("a", ["href": StudyPage.link("../index.html")]) { "work list" }
            "."
        }
    }
}
