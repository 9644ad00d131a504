import Reporting
import Testing

@Suite struct HTMLTests {
    @Test func angleBracketBeforeACombiningMarkIsEscaped() {
        // To Swift "<" followed by U+0301 is one character that is not "<"; to a browser it opens a tag.
        let payload = "<\u{0301}img src=x onerror=alert(1)>\u{0301}"
        let escaped = HTML.escape(payload)
        #expect(!escaped.unicodeScalars.contains("<"))
        #expect(!escaped.unicodeScalars.contains(">"))
        #expect(escaped.utf8.starts(with: "&lt;".utf8))
    }

    @Test(arguments: ["\"", "'", "&", "<", ">"])
    func everyMarkupScalarIsEscapedInTextAndAttributes(mark: String) {
        for payload in [mark, mark + "\u{0301}", "a" + mark + "\u{200D}b"] {
            let html = el("p", ["title": payload]) { payload }.render()
            let inside = html.dropFirst("<p title=\"".count).dropLast("</p>\n".count)
            let scalars = inside.unicodeScalars.filter { "\"'<>".unicodeScalars.contains($0) }
            #expect(scalars.count == 2, "only the end of the attribute and of the tag remain")
            let ascii = String(String.UnicodeScalarView(html.unicodeScalars.filter(\.isASCII)))
            #expect(ascii.contains(mark == "&" ? "&amp;" : "&"))
        }
    }

    @Test func controlCharactersBecomeReplacementCharacters() {
        #expect(HTML.escape("a\u{0}b\u{1B}c\u{85}d\te\n") == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\te\n")
    }

    @Test func voidElementsHaveNoEndTag() {
        #expect(el("br").render() == "<br>")
        #expect(el("i").render() == "<i></i>")
    }
}
