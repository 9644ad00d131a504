/// A value in the body of an audit row: JSON, and nothing but JSON.
package enum AuditValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    /// Finite.
    case double(Double)
    case string(String)
    case array([AuditValue])
    case object([String: AuditValue])

    package init(_ value: Int) { self = .int(Int64(value)) }
    package init(_ value: Double) { self = .double(value) }
    package init(_ value: String?) { self = value.map { .string($0) } ?? .null }

    /// JSON with one spelling for each value: keys sorted by their UTF-8 bytes, no blanks, only the escapes that
    /// JSON asks for, the shortest decimal that reads back to the same number.
    ///
    /// - Throws: `LEDGER_AUDIT_BODY` for a number that is not finite.
    package func canonicalJSON() throws(LedgerError) -> String {
        var text = ""
        try write(to: &text)
        return text
    }

    private func write(to text: inout String) throws(LedgerError) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .int(let value): text += String(value)
        case .double(let value):
            guard value.isFinite else {
                throw LedgerError(
                    .auditBody, "An audit body holds a number that is not finite; write null and say why.")
            }
            text += "\(value)"
        case .string(let value): text += AuditValue.quoted(value)
        case .array(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                try value.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            for (index, member) in sorted.enumerated() {
                if index > 0 { text += "," }
                text += AuditValue.quoted(member.key) + ":"
                try member.value.write(to: &text)
            }
            text += "}"
        }
    }

    /// A JSON string literal.
    static func quoted(_ value: String) -> String {
        var text = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            // U+2028 and U+2029 end a line for some readers of JSON lines.
            case "\u{0}"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}

extension AuditValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .int(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: AuditValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, AuditValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
    package init(nilLiteral: ()) { self = .null }
}
