internal import Foundation
import TOMLKit

/// A value of settings whatever its type: what a TOML file, an override and the JSON of defaults have in common.
enum SettingsValue: Hashable {
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case text(String)
    case list([SettingsValue])
    case table([String: SettingsValue])
    /// A kind that no setting has: a date or a time of TOML, or JSON's null.
    case other(String)

    /// For messages.
    var kind: String {
        switch self {
        case .bool: "true or false"
        case .int: "a whole number"
        case .double: "a number"
        case .text: "text"
        case .list: "a list"
        case .table: "a table"
        case .other(let name): name
        }
    }

    /// The same numbers are equal, written as 1 or 1.0.
    var plain: SettingsValue {
        switch self {
        case .double(let value): Int64(exactly: value).map(SettingsValue.int) ?? self
        case .list(let values): .list(values.map(\.plain))
        case .table(let values): .table(values.mapValues(\.plain))
        default: self
        }
    }

    /// As TOML writes it on one line.
    var toml: String {
        switch self {
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        case .double(let value):
            value == value.rounded() && abs(value) < 1e15 ? String(format: "%.1f", value) : "\(value)"
        case .text(let value): Self.quoted(value)
        case .list(let values): "[" + values.map(\.toml).joined(separator: ", ") + "]"
        case .table(let values):
            "{ "
                + values.sorted { $0.key < $1.key }.map { "\(Self.key($0.key)) = \($0.value.toml)" }.joined(
                    separator: ", ")
                + " }"
        case .other(let name): "\"\(name)\""
        }
    }

    /// A bare key where TOML takes one.
    static func key(_ name: String) -> String {
        let isBare =
            !name.isEmpty
            && name.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || "-_".unicodeScalars.contains(scalar))
            }
        return isBare ? name : quoted(name)
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 32 || scalar.value == 127:
                quoted += String(format: "\\u%04X", scalar.value)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension SettingsValue {
    init(_ value: any TOMLValueConvertible) {
        switch value.type {
        case .bool: self = value.bool.map(SettingsValue.bool) ?? .other("nothing")
        case .int: self = value.int.map { .int(Int64($0)) } ?? .other("nothing")
        case .double: self = value.double.map(SettingsValue.double) ?? .other("nothing")
        case .string: self = value.string.map(SettingsValue.text) ?? .other("nothing")
        case .array: self = .list(value.array.map { $0.map { SettingsValue($0) } } ?? [])
        case .table: self = value.table.map { SettingsValue($0) } ?? .table([:])
        default: self = .other("a \(value.type.description)")
        }
    }

    init(_ table: TOMLTable) {
        self = .table(
            Dictionary(
                uniqueKeysWithValues: table.keys.compactMap { key in
                    table[key].map { (key, SettingsValue($0)) }
                }))
    }
}

extension SettingsValue: Codable {
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Reads JSON, whose numbers do not say whether they were whole by type or by chance.
    init(from decoder: any Decoder) throws {
        if let keyed = try Self.attempt({ try decoder.container(keyedBy: Key.self) }) {
            self = .table(
                Dictionary(
                    uniqueKeysWithValues: try keyed.allKeys.map {
                        ($0.stringValue, try keyed.decode(SettingsValue.self, forKey: $0))
                    }))
            return
        }
        if var list = try Self.attempt({ try decoder.unkeyedContainer() }) {
            var values: [SettingsValue] = []
            while !list.isAtEnd { values.append(try list.decode(SettingsValue.self)) }
            self = .list(values)
            return
        }
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .other("nothing")
        } else if let value = try Self.attempt({ try single.decode(Bool.self) }) {
            self = .bool(value)
        } else if let value = try Self.attempt({ try single.decode(Double.self) }) {
            // Asked for as a whole number only where it is one: anything else ends the decoder, not this attempt.
            let isWhole = value == value.rounded() && abs(value) < 0x1p63
            self = isWhole ? .int(try single.decode(Int64.self)) : .double(value)
        } else {
            self = .text(try single.decode(String.self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .table(let values):
            var container = encoder.container(keyedBy: Key.self)
            for (key, value) in values { try container.encode(value, forKey: Key(stringValue: key)) }
        case .list(let values):
            var container = encoder.unkeyedContainer()
            for value in values { try container.encode(value) }
        case .bool(let value): try Self.single(value, encoder)
        case .int(let value): try Self.single(value, encoder)
        case .double(let value): try Self.single(value, encoder)
        case .text(let value): try Self.single(value, encoder)
        case .other:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        }
    }

    private static func single(_ value: some Encodable, _ encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }

    /// Nil where the value is of another kind.
    private static func attempt<Value>(_ read: () throws -> Value) throws -> Value? {
        do {
            return try read()
        } catch is DecodingError {
            // reason: the next kind is tried.
            return nil
        }
    }
}

extension SettingsValue {
    /// A value as it stands behind the equals sign of TOML; nil where it is none.
    init?(inline text: String) {
        guard !text.contains(where: \.isNewline) else { return nil }
        do {
            guard let value = try TOMLTable(string: "value = \(text)\n")["value"] else { return nil }
            self = SettingsValue(value)
        } catch {
            // reason: text without quotes is no TOML, and the caller takes it as text.
            return nil
        }
    }

    /// The value at a path of keys and list indices; nil where there is none.
    subscript(keys: [String]) -> SettingsValue? {
        guard let key = keys.first else { return self }
        let inner: SettingsValue? =
            switch self {
            case .table(let values): values[key]
            case .list(let values): Int(key).flatMap { values.indices.contains($0) ? values[$0] : nil }
            default: nil
            }
        return inner?[Array(keys.dropFirst())]
    }
}
