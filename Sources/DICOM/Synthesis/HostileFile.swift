/// Files that are no images, such as a watch folder meets.
package enum HostileFile {
    /// A DICOM file of sequences inside sequences, 20 bytes a level.
    ///
    /// Parsers that recurse run out of stack: 20,000 levels (400 kB) end DCMTK 3.6.7's `dcmdump`.
    package static func nestedSequences(depth: Int = 20_000) -> [UInt8] {
        var bytes = preamble(transferSyntax: "1.2.840.10008.1.2.1")
        // ReferencedImageSequence of undefined length, holding one item of undefined length.
        let level: [UInt8] =
            [0x08, 0x00, 0x40, 0x11, UInt8(ascii: "S"), UInt8(ascii: "Q"), 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]
            + [0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]
        bytes.reserveCapacity(bytes.count + depth * level.count)
        for _ in 0..<depth { bytes += level }
        return bytes
    }

    /// Preamble, `DICM` and a meta header that names MR Image Storage.
    private static func preamble(transferSyntax: String) -> [UInt8] {
        func element(_ number: UInt8, _ vr: String, _ value: [UInt8]) -> [UInt8] {
            [0x02, 0x00, number, 0x00] + Array(vr.utf8) + [UInt8(value.count), 0] + value
        }
        func uid(_ text: String) -> [UInt8] { Array(text.utf8) + (text.utf8.count % 2 == 1 ? [0] : []) }
        let meta =
            [0x02, 0x00, 0x01, 0x00] + Array("OB".utf8) + [0, 0, 2, 0, 0, 0, 0, 1]
            + element(0x02, "UI", uid("1.2.840.10008.5.1.4.1.1.4"))
            + element(0x03, "UI", uid(DerivedUID.make(from: "nested sequences")))
            + element(0x10, "UI", uid(transferSyntax))
            + element(0x12, "UI", uid(DerivedUID.make(from: "implementation")))
        let length = element(0x00, "UL", [UInt8(meta.count & 0xFF), UInt8(meta.count >> 8), 0, 0])
        return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + length + meta
    }
}
