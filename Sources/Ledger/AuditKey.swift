import Crypto
import Foundation

/// The site's secret: 32 bytes from which every keyed value is derived, each under a label of its own.
///
/// `HKDF-SHA256(site key, no salt, info = label, 32 bytes)` gives the key of one purpose, so one purpose tells
/// nothing of another: the audit chain, pseudonyms, and the keys of studies, series, instances and paths.
package struct AuditKey: Sendable, CustomStringConvertible {
    /// Length of the site key in bytes.
    package static let byteCount = 32

    private let secret: SymmetricKey

    /// - Throws: `LEDGER_KEY_INVALID` where `bytes` are not 32, or all equal.
    package init(bytes: [UInt8]) throws(LedgerError) {
        guard bytes.count == AuditKey.byteCount else {
            throw LedgerError(
                .keyInvalid,
                "The site key has \(bytes.count) bytes, not \(AuditKey.byteCount); put back the key the site began with."
            )
        }
        guard bytes.contains(where: { $0 != bytes[0] }) else {
            throw LedgerError(.keyInvalid, "The site key is one byte repeated, which is no secret; make a real one.")
        }
        secret = SymmetricKey(data: bytes)
    }

    /// A key of its own for one purpose.
    func derived(_ label: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: secret, info: Array("fcdwatch \(label) v1".utf8), outputByteCount: AuditKey.byteCount)
    }

    /// Tells keys apart without telling the key: 16 hexadecimal digits.
    package var fingerprint: String { keyed("key fingerprint", [], digits: 16) }

    /// Never the key.
    package var description: String { "AuditKey \(fingerprint)" }

    /// HMAC-SHA256 of `parts` under the key of `label`, as its first `digits` hexadecimal digits.
    ///
    /// Parts are length-prefixed, so ("ab", "c") and ("a", "bc") differ, as do nil and "".
    func keyed(_ label: String, _ parts: [String?], digits: Int) -> String {
        let message = AuditChain.encode(parts.map { part in part.map { .text(Array($0.utf8)) } ?? .null })
        let code = HMAC<SHA256>.authenticationCode(for: message, using: derived(label))
        return String(Hexadecimal.encode(code).prefix(digits))
    }
}
