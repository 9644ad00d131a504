/// The name of one audit row, kept outside the ledger (journal, page foot, file) so that a shortened or rolled back
/// file is seen.
package struct AuditAnchor: Codable, Sendable, Hashable, CustomStringConvertible {
    package var seq: Int64
    /// 64 hexadecimal digits.
    package var hash: String

    package init(seq: Int64, hash: String) {
        self.seq = seq
        self.hash = hash
    }

    /// Reads `seq:hash`; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let seq = Int64(parts[0]), seq > 0, parts[1].utf8.count == 64,
            parts[1].allSatisfy({ $0.isHexDigit && !$0.isUppercase })
        else { return nil }
        self.init(seq: seq, hash: String(parts[1]))
    }

    /// `seq:hash`.
    package var description: String { "\(seq):\(hash)" }
}
