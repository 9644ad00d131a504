import TOMLKit

/// Takes typed values out of a parsed file and collects what is wrong, with the line it is on.
///
/// A key that nobody asked for is a problem: a misspelt setting must not be silently without effect.
struct ConfigurationReader {
    let lines: ConfigurationLines
    let table: TOMLTable
    var known: [String: Set<String>] = [:]
    var problems: [ConfigurationProblem] = []

    init(table: TOMLTable, lines: ConfigurationLines) {
        self.table = table
        self.lines = lines
    }

    mutating func text(_ section: String, _ key: String, _ value: inout String, oneOf allowed: [String] = []) {
        guard let found = find(section, key) else { return }
        guard let text = found.string else { return expected(section, key, "text in quotes", found) }
        guard allowed.isEmpty || allowed.contains(text) else {
            return problem(section, key, "must be one of \(allowed.joined(separator: ", ")).")
        }
        guard !text.isEmpty, text.unicodeScalars.allSatisfy({ $0.value >= 32 }) else {
            return problem(section, key, "is empty or holds control characters. Write a plain text.")
        }
        value = text
    }

    /// The name of a folder in the models folder; empty means none.
    mutating func name(_ section: String, _ key: String, _ value: inout String?) {
        guard let found = find(section, key) else { return }
        guard let text = found.string else { return expected(section, key, "text in quotes", found) }
        guard !text.contains("/"), !text.hasPrefix("."), text.unicodeScalars.allSatisfy({ $0.value >= 32 }) else {
            return problem(section, key, "is not a name in paths.models. Write the folder's name, without a path.")
        }
        value = text.isEmpty ? nil : text
    }

    mutating func choice<Choice>(_ section: String, _ key: String, _ value: inout Choice)
    where Choice: RawRepresentable<String> & CaseIterable {
        var raw = value.rawValue
        text(section, key, &raw, oneOf: Choice.allCases.map(\.rawValue))
        if let choice = Choice(rawValue: raw) { value = choice }
    }

    mutating func flag(_ section: String, _ key: String, _ value: inout Bool) {
        guard let found = find(section, key) else { return }
        guard let flag = found.bool else { return expected(section, key, "true or false", found) }
        value = flag
    }

    mutating func number(_ section: String, _ key: String, _ value: inout Int, _ range: ClosedRange<Int>) {
        guard let found = find(section, key) else { return }
        guard found.type == .int, let number = found.int else {
            return expected(section, key, "a whole number without quotes", found)
        }
        guard range.contains(number) else {
            return problem(
                section, key, "is \(number); it must lie between \(range.lowerBound) and \(range.upperBound).")
        }
        value = number
    }

    /// A local time such as "06:30"; empty means never.
    mutating func timeOfDay(_ section: String, _ key: String, _ value: inout TimeOfDay?) {
        guard let found = find(section, key) else { return }
        guard let text = found.string else { return expected(section, key, "a time such as \"06:30\"", found) }
        guard !text.isEmpty else {
            value = nil
            return
        }
        guard let time = TimeOfDay(text) else {
            return problem(section, key, "is no time of day. Write hours and minutes, such as \"06:30\".")
        }
        value = time
    }

    /// A local time such as "18:00".
    mutating func timeOfDay(_ section: String, _ key: String, _ value: inout TimeOfDay) {
        var optional: TimeOfDay? = value
        timeOfDay(section, key, &optional)
        guard let optional else {
            return problem(section, key, "is empty. Write hours and minutes, such as \"18:00\".")
        }
        value = optional
    }

    /// A share between 0 and 1; 0 means none.
    mutating func share(_ section: String, _ key: String, _ value: inout Double?) {
        guard let found = find(section, key) else { return }
        guard let number = found.type == .int ? found.int.map(Double.init) : found.double else {
            return expected(section, key, "a number such as 0.02", found)
        }
        guard number >= 0, number < 1 else {
            return problem(section, key, "is \(number); it must be at least 0 and below 1.")
        }
        value = number == 0 ? nil : number
    }

    /// - Returns: all problems, those of unknown sections and keys among them.
    mutating func finish() -> [ConfigurationProblem] {
        for section in table.keys.sorted() {
            guard let keys = known[section] else {
                let sections = known.keys.sorted().joined(separator: ", ")
                problems.append(
                    ConfigurationProblem(
                        section, "is unknown. Sections are \(sections); every key belongs to one.", line: lines[section]
                    ))
                continue
            }
            guard let inner = table[section]?.table else { continue }
            for key in inner.keys.sorted() where !keys.contains(key) {
                problem(section, key, "is unknown. Keys of [\(section)] are \(keys.sorted().joined(separator: ", ")).")
            }
        }
        return problems
    }

    private mutating func find(_ section: String, _ key: String) -> (any TOMLValueConvertible)? {
        let isFirst = known[section] == nil
        known[section, default: []].insert(key)
        guard let value = table[section] else { return nil }
        guard let inner = value.table else {
            if isFirst {
                problems.append(
                    ConfigurationProblem(section, "must be a section: write [\(section)].", line: lines[section]))
            }
            return nil
        }
        return inner[key]
    }

    mutating func expected(_ section: String, _ key: String, _ what: String, _ found: any TOMLValueConvertible) {
        problem(section, key, "expects \(what), not a value of type \(found.type.description).")
    }

    mutating func problem(_ section: String, _ key: String, _ message: String) {
        problems.append(ConfigurationProblem("\(section).\(key)", message, line: lines["\(section).\(key)"]))
    }
}
