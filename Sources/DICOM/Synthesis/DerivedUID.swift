import Crypto

/// DICOM unique identifiers made from text: the same text gives the same identifier.
package enum DerivedUID {
    /// `2.25.` and a UUID as one decimal number (DICOM PS3.5, B.2); at most 44 characters.
    package static func make(from text: String) -> String {
        var uuid = Array(SHA256.hash(data: Array("fcdwatch synthetic object\n\(text)".utf8)).prefix(16))
        // Version 8 (made by the application's own rule) and the RFC 9562 variant.
        uuid[6] = uuid[6] & 0x0F | 0x80
        uuid[8] = uuid[8] & 0x3F | 0x80
        return "2.25." + decimal(uuid)
    }

    /// The number that the bytes write in base 256, in base 10.
    static func decimal(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        var rest = bytes
        while rest.contains(where: { $0 != 0 }) {
            var remainder = 0
            for index in rest.indices {
                let value = remainder * 256 + Int(rest[index])
                rest[index] = UInt8(value / 10)
                remainder = value % 10
            }
            digits.append(UInt8(ascii: "0") + UInt8(remainder))
        }
        return digits.isEmpty ? "0" : String(decoding: digits.reversed(), as: UTF8.self)
    }
}
