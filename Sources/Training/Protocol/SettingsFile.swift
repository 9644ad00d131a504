internal import Foundation
import TOMLKit

/// Settings from a TOML file and from `--set`, over defaults that are a Swift value.
///
/// A file names only what differs. A key that the defaults do not have, and a value of another kind, are refused by
/// their dotted name. In a list of tables, each table is completed from the first of the defaults' list.
package enum SettingsFile {
    /// A file of settings is never larger.
    static let maximumBytes = 1 << 20

    /// The defaults with what the file and then the overrides say.
    ///
    /// - Parameters:
    ///   - path: a TOML file; nil for none.
    ///   - overrides: each `key.path=value`, the value as TOML writes it; quotes around text may be left out. An entry of
    ///     a list is named by its number, from 0: `acquisitions.1.spacingMM=0.8`.
    /// - Throws: `TRAINING_INPUT_UNREADABLE`, `SETTINGS_INVALID` with every fault, a line each.
    package static func load<Settings: Codable>(
        _ defaults: Settings, path: String? = nil, overrides: [String] = []
    ) throws(TrainingError) -> Settings {
        let text: String? = if let path { try read(path) } else { nil }
        return try parse(defaults, text: text, overrides: overrides)
    }

    /// As `load`, from the text of a file.
    package static func parse<Settings: Codable>(
        _ defaults: Settings, text: String?, overrides: [String] = []
    ) throws(TrainingError) -> Settings {
        let base = try tree(of: defaults)
        var merge = SettingsMerge(defaults: defaults)
        var merged = base
        if let text { merged = merge.merged(base, with: try table(text)) }
        for text in overrides { merged = merge.overridden(merged, by: try SettingsOverride(text)) }
        if let first = merge.faults.first {
            throw TrainingError(
                .settingsInvalid, merge.faults.map(\.description).joined(separator: "\n"),
                subject: merge.faults.count == 1 ? first.key : nil)
        }
        do {
            return try JSONDecoder().decode(Settings.self, from: JSONEncoder().encode(merged))
        } catch let error as DecodingError {
            throw refusal(error, defaults, merged)
        } catch {
            throw TrainingError(
                .settingsInvalid, "The settings cannot be read. Compare them with the defaults.", cause: error)
        }
    }

    /// A path as a file of settings gives it: relative to the folder of that file; without one, to the working folder.
    package static func resolve(_ path: String, beside file: String?) -> String {
        guard let file, !path.hasPrefix("/"), !path.isEmpty else { return path }
        return URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent(path).path
    }

    /// The settings as a TOML file, keys sorted, ended by a newline.
    package static func toml(_ settings: some Encodable) throws(TrainingError) -> String {
        guard case .table(let values) = try tree(of: settings) else { return "" }
        return section(values, at: []).joined(separator: "\n") + "\n"
    }

    /// Every single value by its dotted name, as TOML writes it, and alike for 1 and 1.0.
    package static func flattened(_ settings: some Encodable) throws(TrainingError) -> [String: String] {
        leaves(try tree(of: settings).plain, at: "")
    }

    /// As `flattened`, of the text of a TOML file.
    package static func flattened(text: String) throws(TrainingError) -> [String: String] {
        leaves(try table(text).plain, at: "")
    }

    static func tree(of settings: some Encodable) throws(TrainingError) -> SettingsValue {
        do {
            return try JSONDecoder().decode(SettingsValue.self, from: JSONEncoder().encode(settings))
        } catch {
            throw TrainingError(
                .settingsInvalid, "A setting is not a finite number. Give it a value.", cause: error)
        }
    }

    private static func read(_ path: String) throws(TrainingError) -> String {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw TrainingError(
                .unreadable, "The settings file cannot be read. Check that it exists and is readable.", cause: error)
        }
        guard bytes.count <= maximumBytes, !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self)
        else {
            throw TrainingError(
                .settingsInvalid, "The settings file is not UTF-8 text of at most 1 MB. Save it as that.")
        }
        return text
    }

    private static func table(_ text: String) throws(TrainingError) -> SettingsValue {
        do {
            return SettingsValue(try TOMLTable(string: text))
        } catch let error as TOMLParseError {
            throw TrainingError(
                .settingsInvalid,
                "Line \(error.source.begin.line) of the settings is not TOML: \(error.description). Correct it.")
        } catch {
            throw TrainingError(.settingsInvalid, "The settings are not TOML. Correct them.", cause: error)
        }
    }

    private static func refusal<Settings>(
        _ error: DecodingError, _ defaults: Settings, _ merged: SettingsValue
    ) -> TrainingError {
        let context: DecodingError.Context? =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): context
            case .keyNotFound(let key, let context):
                DecodingError.Context(codingPath: context.codingPath + [key], debugDescription: "")
            @unknown default: nil
            }
        let keys = (context?.codingPath ?? []).map { $0.intValue.map(String.init) ?? $0.stringValue }
        let name = keys.joined(separator: ".")
        var message =
            "\(name) expects \(SettingsShape(defaults)[keys].expectation ?? "a value as the defaults have it")"
        if let value = merged[keys] { message += ", not \(value.toml)" }
        return TrainingError(.settingsInvalid, message + ".", subject: name, cause: error)
    }

    private static func leaves(_ value: SettingsValue, at name: String) -> [String: String] {
        func inner(_ key: String) -> String { name.isEmpty ? key : name + "." + key }
        switch value {
        case .table(let values):
            return values.reduce(into: [:]) { all, entry in
                all.merge(leaves(entry.value, at: inner(entry.key))) { a, _ in a }
            }
        case .list(let values) where values.contains { if case .table = $0 { true } else { false } }:
            return values.enumerated().reduce(into: [:]) { all, entry in
                all.merge(leaves(entry.element, at: inner(String(entry.offset)))) { a, _ in a }
            }
        default: return [name: value.toml]
        }
    }

    private static func section(_ values: [String: SettingsValue], at path: [String]) -> [String] {
        func isTable(_ value: SettingsValue) -> Bool { if case .table = value { true } else { false } }
        func isTables(_ value: SettingsValue) -> Bool {
            if case .list(let entries) = value { !entries.isEmpty && entries.allSatisfy(isTable) } else { false }
        }
        let sorted = values.sorted { $0.key < $1.key }
        var lines: [String] = []
        for (key, value) in sorted where !isTable(value) && !isTables(value) {
            if case .other = value { continue }
            lines.append("\(SettingsValue.key(key)) = \(value.toml)")
        }
        for (key, value) in sorted {
            let name = (path + [key]).map(SettingsValue.key).joined(separator: ".")
            switch value {
            case .table(let inner): lines += ["", "[\(name)]"] + section(inner, at: path + [key])
            case .list(let entries) where isTables(value):
                for case .table(let inner) in entries {
                    // Tables inside an entry stand on one line, since a section could not name which entry it is of.
                    lines += ["", "[[\(name)]]"]
                    lines += inner.sorted { $0.key < $1.key }.map { "\(SettingsValue.key($0.key)) = \($0.value.toml)" }
                }
            default: break
            }
        }
        return lines
    }
}
