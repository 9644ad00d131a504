/// One row of the audit, as stored.
package struct AuditRow: Codable, Sendable, Hashable {
    /// 1, 2, 3 … without a gap: the order of events, whatever the clocks did.
    package var seq: Int64
    /// Wall clock in microseconds since 1970, UTC.
    package var utcUS: Int64
    /// Monotonic clock of this boot in nanoseconds.
    package var monotonicNS: Int64
    package var bootID: String
    package var runID: String
    package var actor: String
    /// Raw value of `AuditEvent.Kind`; text, so that rows of a newer version can be read.
    package var event: String
    package var outcome: String
    package var caseID: String?
    package var objectSHA256: String?
    package var software: String
    package var modelSHA256: String?
    package var configHash: String?
    /// Canonical JSON, exactly as sealed.
    package var body: String
    /// `hash` of the row before; 64 zeros in the first.
    package var prev: String
    /// HMAC-SHA256 over all of the above, hexadecimal.
    package var hash: String

    /// The row's own name in the chain.
    package var anchor: AuditAnchor { AuditAnchor(seq: seq, hash: hash) }

    /// The values of `AuditChain.columns`.
    var sealedValues: [AuditChain.Value] {
        [
            .integer(seq), .init(prev), .integer(utcUS), .integer(monotonicNS), .init(bootID), .init(runID),
            .init(actor), .init(event), .init(outcome), .init(caseID), .init(objectSHA256), .init(software),
            .init(modelSHA256), .init(configHash), .init(body),
        ]
    }

    /// One line of JSON without its line end. `body` is a JSON string that holds the sealed bytes.
    package var jsonLine: String {
        var members: [(String, String)] = [
            ("seq", String(seq)), ("utcUS", String(utcUS)), ("monotonicNS", String(monotonicNS)),
        ]
        let texts: [(String, String?)] = [
            ("bootID", bootID), ("runID", runID), ("actor", actor), ("event", event), ("outcome", outcome),
            ("caseID", caseID), ("objectSHA256", objectSHA256), ("software", software), ("modelSHA256", modelSHA256),
            ("configHash", configHash), ("body", body), ("prev", prev), ("hash", hash),
        ]
        members += texts.map { ($0.0, $0.1.map(AuditValue.quoted) ?? "null") }
        return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }
}
