/// On which line of the file a section or key first stands. Only for messages; the parser decides what the file means.
///
/// The n-th `[[series]]` and its keys are `series[n]` and `series[n].key`, counted from 1.
struct ConfigurationLines {
    private var lines: [String: Int] = [:]

    init(_ text: String) {
        var section = ""
        var tables: [String: Int] = [:]
        for (index, line) in text.split(
            omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" }
        ).enumerated() {
            let bare = line.drop { $0 == " " || $0 == "\t" }
            if bare.hasPrefix("[[") {
                let name = Self.plain(bare.dropFirst(2).prefix { $0 != "]" })
                note(name, index)
                tables[name, default: 0] += 1
                section = "\(name)[\(tables[name] ?? 1)]"
                note(section, index)
            } else if bare.first == "[" {
                section = Self.plain(bare.dropFirst().prefix { $0 != "]" })
                note(section, index)
            } else if bare.first != "#", let equals = bare.firstIndex(of: "=") {
                let key = Self.plain(bare[..<equals])
                note(section.isEmpty ? key : section + "." + key, index)
                if section.isEmpty, let dot = key.firstIndex(of: ".") { note(String(key[..<dot]), index) }
            }
        }
    }

    /// Counted from 1; nil where the key is not in the file.
    subscript(key: String) -> Int? { lines[key] }

    private mutating func note(_ key: String, _ index: Int) {
        if lines[key] == nil { lines[key] = index + 1 }
    }

    private static func plain(_ text: Substring) -> String {
        String(text.filter { !" \t\"'".contains($0) })
    }
}
