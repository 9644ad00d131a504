/// Puts settings over defaults and collects what does not fit.
struct SettingsMerge {
    struct Fault: CustomStringConvertible {
        var key: String
        var message: String
        var description: String { "\(key) \(message)" }
    }

    let shape: SettingsShape
    private(set) var faults: [Fault] = []

    init(defaults: Any) { shape = SettingsShape(defaults) }

    /// `base` with the values of a table that names only what differs.
    mutating func merged(_ base: SettingsValue, with changes: SettingsValue) -> SettingsValue {
        merged(base, with: changes, at: [], shape)
    }

    /// `base` with one value, the path of which must be there.
    mutating func overridden(_ base: SettingsValue, by change: SettingsOverride) -> SettingsValue {
        overridden(base, by: change, change.keys[...], shape)
    }

    private mutating func merged(
        _ base: SettingsValue?, with change: SettingsValue, at keys: [String], _ shape: SettingsShape
    ) -> SettingsValue {
        switch (base, change) {
        case (.table(var values), .table(let changes)):
            for (key, value) in changes.sorted(by: { $0.key < $1.key }) {
                let inner = shape[[key]]
                guard values[key] != nil || inner.isKnown || shape.isDictionary else {
                    fault(keys + [key], Self.unknown(key, of: values.keys.sorted()))
                    continue
                }
                values[key] = merged(values[key], with: value, at: keys + [key], inner)
            }
            return .table(values)
        case (.list(let entries), .list(let changes)):
            // Tables are completed from the first of the defaults; other values replace the list.
            return .list(
                changes.enumerated().map { index, value in
                    merged(entries.first, with: value, at: keys + [String(index)], shape[["0"]])
                })
        case (.int, .int), (.double, .double), (.int, .double), (.double, .int):
            guard shape.holds(change) else {
                fault(keys, "expects \(shape.expectation ?? "another number"), not \(change.toml).")
                return base ?? change
            }
            return change
        case (.text, .text), (.bool, .bool), (nil, _), (.other, _):
            return change
        case (let base?, _):
            fault(keys, "expects \(shape.expectation ?? base.kind), not \(change.toml).")
            return base
        }
    }

    private mutating func overridden(
        _ base: SettingsValue?, by change: SettingsOverride, _ rest: ArraySlice<String>, _ shape: SettingsShape
    ) -> SettingsValue {
        let done = Array(change.keys[..<rest.startIndex])
        guard let key = rest.first else {
            return merged(base, with: change.value(insteadOf: base), at: done, shape)
        }
        switch base {
        case .table(var values):
            guard values[key] != nil || shape[[key]].isKnown || shape.isDictionary else {
                fault(done + [key], Self.unknown(key, of: values.keys.sorted()))
                return .table(values)
            }
            values[key] = overridden(values[key], by: change, rest.dropFirst(), shape[[key]])
            return .table(values)
        case .list(var entries):
            guard let index = Int(key), entries.indices.contains(index) else {
                fault(done + [key], "is no entry of the list, which has \(entries.count), counted from 0.")
                return .list(entries)
            }
            entries[index] = overridden(entries[index], by: change, rest.dropFirst(), shape[["0"]])
            return .list(entries)
        default:
            fault(done + [key], "is unknown: \(done.joined(separator: ".")) is a single value.")
            return base ?? .other("nothing")
        }
    }

    private mutating func fault(_ keys: [String], _ message: String) {
        faults.append(Fault(key: keys.joined(separator: "."), message: message))
    }

    private static func unknown(_ key: String, of known: [String]) -> String {
        "is unknown. Known here: \(known.joined(separator: ", "))."
    }
}

/// One `key.path=value` of the command line.
struct SettingsOverride {
    var keys: [String]
    private var raw: String

    /// - Throws: `SETTINGS_INVALID`.
    init(_ text: String) throws(TrainingError) {
        guard let equals = text.firstIndex(of: "=") else {
            throw TrainingError(.settingsInvalid, "Write a setting as key.path=value, such as fit.epochs=20.")
        }
        keys = text[..<equals].split(separator: ".", omittingEmptySubsequences: false).map {
            $0.trimmingPrefix { $0 == " " }.description
        }
        guard keys.allSatisfy({ !$0.isEmpty }) else {
            throw TrainingError(.settingsInvalid, "Write a setting as key.path=value, such as fit.epochs=20.")
        }
        raw = text[text.index(after: equals)...].description
    }

    /// The value as TOML reads it; as text where it is no TOML, or where text is expected.
    func value(insteadOf base: SettingsValue?) -> SettingsValue {
        let read = SettingsValue(inline: raw)
        if case .text = base {
            if case .text(let text) = read { return .text(text) }
            return .text(raw)
        }
        return read ?? .text(raw)
    }
}
