internal import Crypto

/// SHA-256 as lower-case hexadecimal.
package enum Digest {
    /// Of the parts one after the other.
    package static func sha256(_ parts: UnsafeRawBufferPointer...) -> String {
        var digest = SHA256()
        for part in parts { digest.update(bufferPointer: part) }
        return hex(digest.finalize())
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
