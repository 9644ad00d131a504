import Crypto
import Foundation
import GRDB

/// The newest row number, and the sealed head as stored.
struct AuditEnd {
    var newest: Int64
    var head: Row?
}

/// One pass along the chain, row by row.
struct AuditWalk {
    /// Reads texts as bytes, so that what follows a NUL in a text is seen too.
    static let selection: String = {
        let columns = (AuditChain.columns + ["hash"]).map { column in
            AuditChain.integerColumns.contains(column) ? column : "CAST(\(column) AS BLOB) AS \(column)"
        }
        return "SELECT \(columns.joined(separator: ", ")) FROM audit"
    }()

    private let key: SymmetricKey
    private let anchors: [AuditAnchor]
    /// Number of the row that was looked at last.
    private(set) var last: Int64 = 0
    private var lastHash = AuditChain.genesis

    init(key: SymmetricKey, anchors: [AuditAnchor]) {
        self.key = key
        self.anchors = anchors
    }

    /// Looks at the next row in order.
    ///
    /// - Returns: what is wrong with the row `last`, nil if nothing is.
    mutating func step(_ row: Row) -> String? {
        last += 1
        let values = AuditChain.columns.map { AuditWalk.value(row[$0]) }
        guard values[0] == .integer(last) else { return "the row is missing" }
        let hash = AuditWalk.value(row["hash"])
        let expected = AuditChain.hash(values, key: key)
        guard hash == AuditChain.Value(expected) else {
            return "a column was changed, or the row was not written by this site"
        }
        guard values[1] == AuditChain.Value(lastHash) else { return "the row does not follow the row before it" }
        if anchors.contains(where: { $0.seq == last && $0.hash != expected }) {
            return "the row is not the one that an anchor names: the history was replaced"
        }
        lastHash = expected
        return nil
    }

    /// Compares the end of the chain with the sealed head and with the anchors.
    func finish(_ end: AuditEnd) -> AuditVerification {
        if let anchor = anchors.filter({ $0.seq > last }).max(by: { $0.seq < $1.seq }) {
            return .broken(
                seq: last + 1, why: "the row is missing: an anchor names row \(anchor.seq), the ledger ends at \(last)")
        }
        guard let head = end.head else {
            return last == 0 ? .intact(count: 0, head: nil) : .broken(seq: last, why: "the sealed head is missing")
        }
        let seq: Int64 = head["seq"]
        let hash: String = head["hash"]
        guard AuditChain.headSeal(seq: seq, hash: hash, key: key) == head["seal"] else {
            return .broken(seq: last, why: "the sealed head was changed")
        }
        guard seq <= last else {
            return .broken(seq: last + 1, why: "the row is missing: the sealed head names row \(seq)")
        }
        guard seq == last, hash == lastHash else {
            return .broken(seq: seq, why: "the sealed head names another row")
        }
        return .intact(count: last, head: AuditAnchor(seq: last, hash: lastHash))
    }

    private static func value(_ stored: DatabaseValue) -> AuditChain.Value {
        switch stored.storage {
        case .null: .null
        case .int64(let number): .integer(number)
        case .blob(let bytes): .text(Array(bytes))
        // Not what the schema allows: made different from anything that was sealed.
        case .string(let text): .text(Array("unexpected text \(text)".utf8))
        case .double(let number): .text(Array("unexpected number \(number)".utf8))
        }
    }
}
