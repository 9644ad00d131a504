/// What an administrator says about series that match: one `[[series]]` table of the configuration.
///
/// The first rule that fits a series counts. A rule outranks what people typed (descriptions, the body part) and fills in
/// what a header leaves out. It never outranks what the scanner measured, nor the record that an agent was given.
package struct SeriesRule: Codable, Sendable, Hashable {
    package enum Use: String, Codable, Sendable, CaseIterable {
        /// The series counts as this contrast, where physics cannot tell.
        case t1w = "T1w"
        case flair = "FLAIR"
        /// The series is never taken.
        case never
        /// The series is taken where it and others are equally good.
        case prefer
    }

    /// Its place in the file, counted from 1: how it is named everywhere.
    package var number: Int
    /// Patterns, of which every one that is set must fit. `*` stands for any characters, `?` for one; capitals do not
    /// matter.
    package var description: String?
    package var station: String?
    package var scanner: String?
    package var use: Use

    package init(
        number: Int, description: String? = nil, station: String? = nil, scanner: String? = nil, use: Use
    ) {
        self.number = number
        self.description = description
        self.station = station
        self.scanner = scanner
        self.use = use
    }

    /// The contrast that the rule claims.
    var contrast: Contrast? {
        switch use {
        case .t1w: .t1w
        case .flair: .flair
        case .never, .prefer: nil
        }
    }

    /// Whether all its patterns fit.
    func fits(_ header: FileHeader) -> Bool {
        func any(_ pattern: String?, _ texts: [String?]) -> Bool {
            guard let pattern else { return true }
            return texts.contains { $0.map { Self.matches($0, pattern: pattern) } ?? false }
        }
        return any(description, [header.privateText.seriesDescription, header.privateText.protocolName])
            && any(station, [header.stationName]) && any(scanner, Self.scannerNames(header))
    }

    /// The maker with the model, as the header has them and by the maker's usual short name, and the model alone.
    private static func scannerNames(_ header: FileHeader) -> [String?] {
        guard let model = header.model else { return [header.manufacturer] }
        guard let maker = header.manufacturer else { return [model] }
        let short = ["GE", "Philips", "Siemens", "Canon", "Toshiba", "Hitachi", "Fujifilm", "UIH"]
            .first { maker.uppercased().hasPrefix($0.uppercased()) }
        return ["\(maker) \(model)", short.map { "\($0) \(model)" }, model]
    }

    /// Whether the pattern covers the whole text. Linear in the length of text times pattern, whatever the pattern.
    static func matches(_ text: String, pattern: String) -> Bool {
        let text = Array(text.lowercased())
        let pattern = Array(pattern.lowercased())
        var at = 0
        var next = 0
        // Where to go on after the last star: it takes one character more each time the rest does not fit.
        var star: (pattern: Int, text: Int)?
        while at < text.count {
            if next < pattern.count, pattern[next] == "*" {
                star = (next, at)
                next += 1
            } else if next < pattern.count, pattern[next] == "?" || pattern[next] == text[at] {
                at += 1
                next += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                at = last.text + 1
                next = last.pattern + 1
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == "*" }
    }
}
