import Foundation

/// JSON in which every key counts: unknown, repeated, missing and null keys are refused by name.
///
/// Foundation's decoder ignores keys it does not know and accepts a key written twice, which would let two programs
/// read one `model.json` in two ways.
enum StrictJSON {
    /// What is wrong with a text, and where.
    struct Fault: Error {
        var field: String?
        var message: String
    }

    /// Reads a value and refuses keys that the value would not write itself.
    static func decode<Value: Codable>(_ type: Value.Type, from bytes: [UInt8]) throws(Fault) -> Value {
        let value: Value
        do {
            value = try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw fault(of: error)
        } catch {
            throw Fault(field: nil, message: "it is not JSON")
        }
        let given = try JSONKeys(bytes)
        let known = try JSONKeys(encode(value))
        if let unknown = given.paths.first(where: { !known.paths.contains($0) }) {
            throw Fault(field: unknown, message: "the key is unknown here, or null where it must be left out")
        }
        return value
    }

    /// Sorted keys and stable spacing: equal values give equal bytes.
    static func encode(_ value: some Encodable) throws(Fault) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do {
            return [UInt8](try encoder.encode(value)) + [UInt8(ascii: "\n")]
        } catch {
            throw Fault(field: nil, message: "a value in it cannot be written as JSON")
        }
    }

    private static func fault(of error: DecodingError) -> Fault {
        func path(_ keys: [any CodingKey]) -> String? {
            let text = keys.reduce("") { text, key in
                if let index = key.intValue { return "\(text)[\(index)]" }
                return text.isEmpty ? key.stringValue : "\(text).\(key.stringValue)"
            }
            return text.isEmpty ? nil : text
        }
        switch error {
        case .keyNotFound(let key, let context):
            return Fault(field: path(context.codingPath + [key]), message: "the key is missing")
        case .valueNotFound(_, let context):
            return Fault(field: path(context.codingPath), message: "the value is missing")
        case .typeMismatch(_, let context):
            return Fault(field: path(context.codingPath), message: "the value is of another kind than expected")
        case .dataCorrupted(let context):
            return Fault(field: path(context.codingPath), message: "the value cannot be read")
        @unknown default:
            return Fault(field: nil, message: "it cannot be read")
        }
    }
}
