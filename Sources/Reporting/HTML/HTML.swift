/// A piece of a page. Text and attribute values are escaped when rendered; element and attribute names come from the
/// program's own source, so nothing a file holds can become markup.
package indirect enum HTML: Sendable {
    case text(String)
    case element(StaticString, [(name: StaticString, value: String)], [HTML])
    /// Style rules from the program's own source.
    case style(StaticString)
    /// A comment from the program's own source, where a finished page may be changed later.
    case marker(StaticString)

    /// The markup.
    package func render() -> String {
        var result = ""
        write(to: &result)
        return result
    }

    private func write(to result: inout String) {
        switch self {
        case .text(let text): result += Self.escape(text)
        case .style(let rules): result += "<style>\n\(rules)\n</style>\n"
        case .marker(let text): result += "<!-- \(text) -->\n"
        case .element(let name, let attributes, let children):
            let tag = name.description
            result += "<" + tag
            for attribute in attributes { result += " \(attribute.name)=\"\(Self.escape(attribute.value))\"" }
            result += ">"
            if Self.voids.contains(tag) { return }
            for child in children { child.write(to: &result) }
            result += "</" + tag + ">"
            if Self.blocks.contains(tag) { result += "\n" }
        }
    }

    private static let voids: Set<String> = ["meta", "img", "br", "hr"]
    private static let blocks: Set<String> = [
        "html", "head", "body", "title", "section", "header", "main", "footer", "div", "p", "h1", "h2", "h3", "table",
        "tr", "ul", "ol", "li", "dl", "dd", "figure", "figcaption", "details", "summary", "caption", "thead", "tbody",
    ]

    /// Escapes every scalar that can begin or end markup, one scalar at a time: `<` stays markup for a browser even where
    /// a combining mark follows and Swift sees one character. Control characters, which no page may hold, become U+FFFD;
    /// marks that override the direction of text are left out.
    package static func escape(_ text: String) -> String {
        if text.utf8.allSatisfy(isPlain) { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "'": result.append(contentsOf: "&#39;".unicodeScalars)
            case "\t", "\n": result.append(scalar)
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): result.append("\u{FFFD}")
            case _ where isBidiControl(scalar): break
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}

/// True for bytes that stand for themselves wherever they are: pictures are megabytes of them.
private func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): false
    default: (0x20..<0x7F).contains(byte)
    }
}

/// An element with attributes and children: `el("p", ["class": "note"]) { "Text" }`.
package func el(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
    @HTMLBuilder _ children: () throws -> [HTML]
) rethrows -> HTML {
    .element(name, attributes.map { (name: $0.key, value: $0.value) }, try children())
}

/// An element without children.
package func el(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:]) -> HTML {
    .element(name, attributes.map { (name: $0.key, value: $0.value) }, [])
}

/// Text from a file or a person: isolated, so that its direction cannot reorder what stands around it.
func isolated(_ text: String) -> HTML {
    el("bdi") { text }
}

/// Marks that override or embed direction; where text is isolated in a `bdi` they are never needed.
private func isBidiControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
}

/// Lets children be written one after the other, with `if` and `for`.
@resultBuilder
package enum HTMLBuilder {
    package static func buildExpression(_ text: String) -> [HTML] { [.text(text)] }
    package static func buildExpression(_ piece: HTML) -> [HTML] { [piece] }
    package static func buildExpression(_ pieces: [HTML]) -> [HTML] { pieces }
    package static func buildBlock(_ parts: [HTML]...) -> [HTML] { parts.flatMap(\.self) }
    package static func buildOptional(_ part: [HTML]?) -> [HTML] { part ?? [] }
    package static func buildEither(first part: [HTML]) -> [HTML] { part }
    package static func buildEither(second part: [HTML]) -> [HTML] { part }
    package static func buildArray(_ parts: [[HTML]]) -> [HTML] { parts.flatMap(\.self) }
}
