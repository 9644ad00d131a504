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
    private static let locatorSignature: UInt32 = 0x0706_4B50
    private static let longEndSignature: UInt32 = 0x0606_4B50
    /// The extra field of ZIP64, and the value that sends the reader there.
    private static let longFieldID: UInt16 = 1
    private static let inExtra = 0xFFFF_FFFF
    private static let locatorLength = 20
    private static let longEndLength = 56
    private static let localLength = 30
    private static let entryLength = 46
    private static let endLength = 22
    private static let longestComment = 0xFFFF

    /// - Throws: `WEIGHTS_TRUNCATED`, `_MALFORMED`, `_UNSUPPORTED` for compressed or encrypted members
    init(_ bytes: UnsafeRawBufferPointer) throws(ConvNetError) {
        let end = try Self.findEnd(bytes)
        let (count, size, start) = try Self.directory(bytes, end: end)
        guard Self.short(bytes, end + 4) == 0, Self.short(bytes, end + 6) == 0, start <= end, size <= end - start else {
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

    /// Number of members, and length and offset of the directory: from the end record, or from that of ZIP64 where one of
    /// them does not fit there.
    private static func directory(
        _ bytes: UnsafeRawBufferPointer, end: Int
    ) throws(ConvNetError) -> (count: Int, size: Int, start: Int) {
        let plain = (
            count: Int(short(bytes, end + 10)), size: Int(long(bytes, end + 12)), start: Int(long(bytes, end + 16))
        )
        guard plain.count == 0xFFFF || plain.size == inExtra || plain.start == inExtra else { return plain }
        let locator = end - locatorLength
        guard locator >= 0, long(bytes, locator) == locatorSignature,
            let record = longLong(bytes, locator + 8), record <= locator - longEndLength,
            long(bytes, record) == longEndSignature, let count = longLong(bytes, record + 32),
            let size = longLong(bytes, record + 40), let start = longLong(bytes, record + 48)
        else { throw malformed("its ZIP64 end record is not where it should be") }
        return (count, size, start)
    }

    /// Lengths and place of a member, where an entry says that they stand in its ZIP64 field (4.5.3).
    private static func extended(
        _ bytes: UnsafeRawBufferPointer, entry: Int, _ values: [Int]
    ) throws(ConvNetError) -> [Int] {
        guard values.contains(inExtra) else { return values }
        var at = entry + entryLength + Int(short(bytes, entry + 28))
        let end = at + Int(short(bytes, entry + 30))
        while at + 4 <= end {
            let field = at + 4
            let next = field + Int(short(bytes, at + 2))
            guard next <= end else { break }
            if short(bytes, at) == longFieldID {
                var result = values
                var value = field
                for index in values.indices where values[index] == inExtra {
                    guard value + 8 <= next, let number = longLong(bytes, value) else {
                        throw malformed("a ZIP64 field is cut short")
                    }
                    result[index] = number
                    value += 8
                }
                return result
            }
            at = next
        }
        throw malformed("a ZIP64 field is missing")
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
        let values = try extended(
            bytes, entry: entry, [24, 20, 42].map { Int(long(bytes, entry + $0)) })
        let (size, packed, header) = (values[0], values[1], values[2])
        guard packed == size, size <= directory, header <= directory - localLength,
            long(bytes, header) == localSignature
        else {
            throw malformed("a member is not where it should be")
        }
        let data = header + localLength + Int(short(bytes, header + 26)) + Int(short(bytes, header + 28))
        guard data <= directory - size else { throw malformed("a member reaches beyond its place") }
        return UnsafeRawBufferPointer(rebasing: bytes[data..<(data + size)])
    }

    private static func short(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> UInt16 {
        UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt16.self))
    }

    private static func long(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self))
    }

    /// Eight bytes; nil where they are more than an Int holds.
    private static func longLong(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Int? {
        Int(exactly: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
    }

    private static func malformed(_ what: String) -> ConvNetError {
        ConvNetError(.malformed, "The checkpoint's archive is damaged: \(what). Copy it again.", subject: "zip")
    }
}
