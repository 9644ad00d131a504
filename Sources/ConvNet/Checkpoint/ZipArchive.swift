/// The members of a ZIP archive as PyTorch writes it: stored, never compressed, found by the central directory.
///
/// Source: PKWARE APPNOTE.TXT 6.3. Local headers hold no sizes and are used only to find where the data begins.
struct ZipArchive {
    /// Bytes of each member by name; valid as long as the mapped file is.
    let members: [String: UnsafeRawBufferPointer]

    static func looksLike(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 4 && bytes.loadUnaligned(as: UInt32.self) == UInt32(littleEndian: localSignature)
    }

    private static let localSignature: UInt32 = 0x0403_4B50
    private static let entrySignature: UInt32 = 0x0201_4B50
    private static let endSignature: UInt32 = 0x0605_4B50
    private static let localLength = 30
    private static let entryLength = 46
    private static let endLength = 22
    private static let longestComment = 0xFFFF

    /// - Throws: `WEIGHTS_TRUNCATED`, `_MALFORMED`, `_UNSUPPORTED` for compressed, encrypted or ZIP64 archives
    init(_ bytes: UnsafeRawBufferPointer) throws(ConvNetError) {
        let end = try Self.findEnd(bytes)
        let count = Int(Self.short(bytes, end + 10))
        let size = Int(Self.long(bytes, end + 12))
        let start = Int(Self.long(bytes, end + 16))
        guard count != 0xFFFF, size != 0xFFFF_FFFF, start != 0xFFFF_FFFF else {
            throw ConvNetError(
                .unsupported, "The checkpoint is a ZIP64 archive (over 4 GB), which is not read.", subject: "zip")
        }
        guard Self.short(bytes, end + 4) == 0, Self.short(bytes, end + 6) == 0, start + size <= end else {
            throw Self.malformed("its directory is not where it should be")
        }
        // PyTorch puts the end record of ZIP64 between directory and end, even where it is not needed.
        let directoryEnd = start + size
        var found: [String: UnsafeRawBufferPointer] = [:]
        var at = start
        for _ in 0..<count {
            guard at + Self.entryLength <= directoryEnd, Self.long(bytes, at) == Self.entrySignature else {
                throw Self.malformed("its directory is cut short")
            }
            let lengths = (28...32).filter { $0 % 2 == 0 }.map { Int(Self.short(bytes, at + $0)) }
            let next = at + Self.entryLength + lengths.reduce(0, +)
            guard next <= directoryEnd,
                let name = String(
                    validating: bytes[(at + Self.entryLength)..<(at + Self.entryLength + lengths[0])], as: UTF8.self)
            else { throw Self.malformed("its directory is cut short") }
            let member = try Self.member(bytes, entry: at, name: name, directory: start)
            guard found.updateValue(member, forKey: name) == nil else {
                throw Self.malformed("a member stands twice in it")
            }
            at = next
        }
        guard at == directoryEnd else { throw Self.malformed("its directory has another length than it says") }
        members = found
    }

    /// Offset of the end record, which may be followed by a comment.
    private static func findEnd(_ bytes: UnsafeRawBufferPointer) throws(ConvNetError) -> Int {
        let last = bytes.count - endLength
        if last >= 0 {
            for at in stride(from: last, through: max(0, last - longestComment), by: -1)
            where long(bytes, at) == endSignature && at + endLength + Int(short(bytes, at + 20)) == bytes.count {
                return at
            }
        }
        throw ConvNetError(
            .truncated, "The checkpoint is a ZIP archive without its end; copy it again.", subject: "zip")
    }

    private static func member(
        _ bytes: UnsafeRawBufferPointer, entry: Int, name: String, directory: Int
    ) throws(ConvNetError) -> UnsafeRawBufferPointer {
        guard short(bytes, entry + 8) & 1 == 0 else {
            throw ConvNetError(.unsupported, "A member of the checkpoint is encrypted.", subject: name)
        }
        guard short(bytes, entry + 10) == 0 else {
            throw ConvNetError(
                .unsupported,
                "A member of the checkpoint is compressed, which PyTorch never does; save it again with torch.save.",
                subject: name)
        }
        let packed = Int(long(bytes, entry + 20))
        let size = Int(long(bytes, entry + 24))
        let header = Int(long(bytes, entry + 42))
        guard packed == size, size != 0xFFFF_FFFF, header + localLength <= directory,
            long(bytes, header) == localSignature
        else {
            throw malformed("a member is not where it should be")
        }
        let data = header + localLength + Int(short(bytes, header + 26)) + Int(short(bytes, header + 28))
        guard data + size <= directory else { throw malformed("a member reaches beyond its place") }
        return UnsafeRawBufferPointer(rebasing: bytes[data..<(data + size)])
    }

    private static func short(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> UInt16 {
        UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt16.self))
    }

    private static func long(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self))
    }

    private static func malformed(_ what: String) -> ConvNetError {
        ConvNetError(.malformed, "The checkpoint's archive is damaged: \(what). Copy it again.", subject: "zip")
    }
}
