/// Making text from a file safe to show.
enum TextField {
    /// Longest text kept, in characters.
    static let longest = 128

    /// Printable ASCII of coded text: trimmed, cut at a NUL, at most 64 characters; other bytes become `?`.
    static func ascii(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for byte in bytes.prefix(64) {
            if byte == 0 { break }
            text.unicodeScalars.append((0x20...0x7e).contains(byte) ? Unicode.Scalar(byte) : "?")
        }
        return trimmed(text)
    }

    /// Drops control, formatting and bidirectional characters, trims, and caps the length. Nil where nothing is left.
    static func cleaned(_ text: String) -> String? {
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where isShown(scalar) { kept.append(scalar) }
        let result = trimmed(String(String(kept).prefix(longest)))
        return result.isEmpty ? nil : result
    }

    /// Letters, marks, numbers, punctuation, symbols and spaces; no line breaks, no invisible or reordering characters.
    static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    private static func trimmed(_ text: String) -> String {
        // By scalars: a space that carries a mark is a space and a mark.
        var part = text.unicodeScalars[...]
        while part.first?.properties.isWhitespace == true { part.removeFirst() }
        while part.last?.properties.isWhitespace == true { part.removeLast() }
        return String(part)
    }
}
