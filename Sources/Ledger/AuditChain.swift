import Crypto
import Foundation

/// How one audit row seals itself and all rows before it.
///
/// `hash = HMAC-SHA256(audit key, domain ‖ every other column in the order of AuditChain.columns)`, as hexadecimal.
/// The columns start with `seq` and `prev`, the hash of the row before. Each value is encoded so that no two lists of
/// values have the same bytes: 0 for NULL; 1 and 8 big-endian bytes for an integer; 2, the length in 8 big-endian
/// bytes and the UTF-8 bytes for a text. The audit key is `AuditKey.derived("audit")`.
enum AuditChain {
    /// A column's value as SQLite stores it.
    enum Value: Equatable {
        case null
        case integer(Int64)
        case text([UInt8])

        init(_ text: String?) {
            self = text.map { .text(Array($0.utf8)) } ?? .null
        }
    }

    static let domain = "fcdwatch audit row v1"
    static let headDomain = "fcdwatch audit head v1"
    /// `prev` of the first row.
    static let genesis = String(repeating: "0", count: 64)

    /// Every column of the table `audit` but `hash`, in the order in which they are sealed.
    static let columns = [
        "seq", "prev", "utcUS", "monotonicNS", "bootID", "runID", "actor", "event", "outcome", "caseID",
        "objectSHA256", "software", "modelSHA256", "configHash", "body",
    ]
    /// Those of `columns` that hold integers; the others hold texts.
    static let integerColumns: Set<String> = ["seq", "utcUS", "monotonicNS"]

    /// - Parameter values: one for each of `columns`.
    static func hash(_ values: [Value], key: SymmetricKey) -> String {
        precondition(values.count == columns.count, "one value for each column")
        return seal(domain, values, key: key)
    }

    /// Seals the newest (seq, hash), so that a shortened table is seen in the file itself.
    static func headSeal(seq: Int64, hash: String, key: SymmetricKey) -> String {
        seal(headDomain, [.integer(seq), Value(hash)], key: key)
    }

    private static func seal(_ domain: String, _ values: [Value], key: SymmetricKey) -> String {
        Hexadecimal.encode(HMAC<SHA256>.authenticationCode(for: encode([Value(domain)] + values), using: key))
    }

    static func encode(_ values: [Value]) -> [UInt8] {
        var bytes: [UInt8] = []
        for value in values {
            switch value {
            case .null: bytes.append(0)
            case .integer(let number):
                bytes.append(1)
                append(UInt64(bitPattern: number), to: &bytes)
            case .text(let text):
                bytes.append(2)
                append(UInt64(text.count), to: &bytes)
                bytes.append(contentsOf: text)
            }
        }
        return bytes
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
        }
    }
}
