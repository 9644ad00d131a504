import DICOM
import TOMLKit

extension ConfigurationReader {
    private static let section = "series"
    private static let keys = ["description", "station", "scanner", "use"]
    /// No site has as many; more is a file that went wrong.
    private static let mostRules = 200
    private static let longestPattern = 128

    /// Every `[[series]]` table, in order.
    mutating func seriesRules(_ rules: inout [SeriesRule]) {
        known[Self.section] = Set(Self.keys)
        guard let found = table[Self.section] else { return }
        guard let tables = found.array else {
            problems.append(
                ConfigurationProblem(
                    Self.section, "must be a list: write [[series]] above each rule.", line: lines[Self.section]))
            return
        }
        guard tables.count <= Self.mostRules else {
            problems.append(
                ConfigurationProblem(
                    Self.section, "has \(tables.count) rules; at most \(Self.mostRules) are read.",
                    line: lines[Self.section]))
            return
        }
        for (index, entry) in tables.enumerated() {
            let name = "\(Self.section)[\(index + 1)]"
            guard let values = entry.table else {
                problems.append(
                    ConfigurationProblem(name, "must be a table: write [[series]] above it.", line: lines[name]))
                continue
            }
            guard let rule = seriesRule(values, name, number: index + 1) else { continue }
            if let same = rules.first(where: { Self.sameSeries($0, rule) }) {
                problems.append(
                    ConfigurationProblem(
                        name,
                        "fits the same series as rule \(same.number), which stands before it and counts. Remove one.",
                        line: lines[name]))
                continue
            }
            rules.append(rule)
        }
    }

    private mutating func seriesRule(_ values: TOMLTable, _ name: String, number: Int) -> SeriesRule? {
        let before = problems.count
        for key in values.keys.sorted() where !Self.keys.contains(key) {
            problem(name, key, "is unknown. Keys of [[series]] are \(Self.keys.joined(separator: ", ")).")
        }
        let description = pattern(values, name, "description")
        let station = pattern(values, name, "station")
        let scanner = pattern(values, name, "scanner")
        let use = action(values, name)
        if before == problems.count, description == nil, station == nil, scanner == nil {
            problems.append(
                ConfigurationProblem(
                    name, "would fit every series. Set description, station or scanner.", line: lines[name]))
        }
        guard before == problems.count, let use else { return nil }
        return SeriesRule(number: number, description: description, station: station, scanner: scanner, use: use)
    }

    private mutating func pattern(_ values: TOMLTable, _ name: String, _ key: String) -> String? {
        guard let found = values[key] else { return nil }
        guard let text = found.string else {
            expected(name, key, "text in quotes", found)
            return nil
        }
        guard !text.isEmpty, text.count <= Self.longestPattern, text.unicodeScalars.allSatisfy({ $0.value >= 32 })
        else {
            problem(
                name, key,
                "is empty, holds control characters or is longer than \(Self.longestPattern) characters. "
                    + "Write a pattern such as \"*mprage*\".")
            return nil
        }
        return text
    }

    private mutating func action(_ values: TOMLTable, _ name: String) -> SeriesRule.Use? {
        let choices = SeriesRule.Use.allCases.map(\.rawValue).joined(separator: ", ")
        guard let found = values["use"] else {
            problems.append(
                ConfigurationProblem(name, "does not say what to do. Set use to one of \(choices).", line: lines[name]))
            return nil
        }
        guard let text = found.string else {
            expected(name, "use", "text in quotes", found)
            return nil
        }
        guard let use = SeriesRule.Use(rawValue: text) else {
            problem(name, "use", "must be one of \(choices).")
            return nil
        }
        return use
    }

    private static func sameSeries(_ a: SeriesRule, _ b: SeriesRule) -> Bool {
        func key(_ rule: SeriesRule) -> [String?] {
            [rule.description, rule.station, rule.scanner].map { $0?.lowercased() }
        }
        return key(a) == key(b)
    }
}
