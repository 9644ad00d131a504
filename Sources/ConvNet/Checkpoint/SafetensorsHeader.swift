/// The header of a safetensors file: names, types, shapes and places of its tensors, and free text.
///
/// A strict reader of the small part of JSON that the format uses: an object of objects. Repeated keys, unknown fields and
/// anything else are refused.
struct SafetensorsHeader {
    struct Entry {
        let type: ElementType
        let shape: [Int]
        /// Bytes within the data that follows the header.
        let range: Range<Int>
    }

    private(set) var entries: [String: Entry] = [:]
    private(set) var metadata: [String: String] = [:]

    private let text: UnsafeRawBufferPointer
    private var at = 0

    /// - Parameter text: the header's bytes, JSON in UTF-8, perhaps followed by spaces
    init(_ text: UnsafeRawBufferPointer) throws(ConvNetError) {
        self.text = text
        var seen: Set<String> = []
        try members { header, name throws(ConvNetError) in
            guard seen.insert(name).inserted else { throw Self.malformed("A name stands twice in the header", name) }
            if name == "__metadata__" {
                header.metadata = try header.readMetadata()
            } else {
                header.entries[name] = try header.readEntry(name)
            }
        }
        skipSpace()
        guard at == text.count else { throw Self.malformed("Something follows the header's closing brace", nil) }
    }

    private mutating func readMetadata() throws(ConvNetError) -> [String: String] {
        var result: [String: String] = [:]
        try members { header, key throws(ConvNetError) in
            guard result.updateValue(try header.string(), forKey: key) == nil else {
                throw Self.malformed("A key stands twice in the metadata", key)
            }
        }
        return result
    }

    private mutating func readEntry(_ name: String) throws(ConvNetError) -> Entry {
        var type: String?
        var shape: [Int]?
        var offsets: [Int]?
        try members { header, key throws(ConvNetError) in
            switch key {
            case "dtype" where type == nil: type = try header.string()
            case "shape" where shape == nil: shape = try header.integers()
            case "data_offsets" where offsets == nil: offsets = try header.integers()
            default: throw Self.malformed("An entry of the header has an unknown or repeated field", key)
            }
        }
        guard let type, let shape, let offsets, offsets.count == 2, offsets[0] <= offsets[1] else {
            throw Self.malformed("An entry of the header is not complete", name)
        }
        guard let element = ElementType(rawValue: type) else {
            throw ConvNetError(
                .unsupported,
                "A tensor is stored as \(ConvNetError.printable(type)), which is not read; store it as F32.",
                subject: name)
        }
        return Entry(type: element, shape: shape, range: offsets[0]..<offsets[1])
    }

    // MARK: JSON

    /// Reads an object and calls `read` after each key, where it must take the value.
    private mutating func members(
        _ read: (inout SafetensorsHeader, String) throws(ConvNetError) -> Void
    ) throws(ConvNetError) {
        try expect("{")
        if accept("}") { return }
        repeat {
            let key = try string()
            try expect(":")
            try read(&self, key)
        } while accept(",")
        try expect("}")
    }

    private mutating func integers() throws(ConvNetError) -> [Int] {
        var result: [Int] = []
        try expect("[")
        if accept("]") { return result }
        repeat { result.append(try integer()) } while accept(",")
        try expect("]")
        return result
    }

    /// A whole number that is not negative.
    private mutating func integer() throws(ConvNetError) -> Int {
        skipSpace()
        var value = 0
        let begin = at
        while at < text.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[at]) {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int(text[at] - UInt8(ascii: "0")))
            guard !overflow && !carry else { throw Self.malformed("A number of the header is too large", nil) }
            value = sum
            at += 1
        }
        guard at > begin else { throw Self.malformed("The header lacks a whole number at byte \(at)", nil) }
        return value
    }

    private mutating func string() throws(ConvNetError) -> String {
        try expect("\"")
        var bytes: [UInt8] = []
        while at < text.count, text[at] != UInt8(ascii: "\"") {
            guard text[at] >= 0x20 else { throw Self.malformed("A name of the header holds a control character", nil) }
            if text[at] == UInt8(ascii: "\\") {
                at += 1
                bytes += Array(try escaped().utf8)
            } else {
                bytes.append(text[at])
                at += 1
            }
        }
        try expect("\"", afterSpace: false)
        guard let result = String(validating: bytes, as: UTF8.self) else {
            throw Self.malformed("A name of the header is not UTF-8", nil)
        }
        return result
    }

    /// What follows a backslash.
    private mutating func escaped() throws(ConvNetError) -> String {
        guard at < text.count else { throw Self.malformed("The header ends within a name", nil) }
        let letter = text[at]
        at += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return String(UnicodeScalar(letter))
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let first = try codeUnit()
            guard UTF16.isLeadSurrogate(first) else {
                if let scalar = UnicodeScalar(first) { return String(scalar) }
                break
            }
            try expect("\\", afterSpace: false)
            try expect("u", afterSpace: false)
            if let both = String(validating: [first, try codeUnit()], as: UTF16.self) { return both }
        default: break
        }
        throw Self.malformed("A name of the header has a bad escape", nil)
    }

    private mutating func codeUnit() throws(ConvNetError) -> UInt16 {
        guard at + 4 <= text.count, text[at..<(at + 4)].allSatisfy({ UnicodeScalar($0).properties.isASCIIHexDigit }),
            let digits = String(validating: text[at..<(at + 4)], as: UTF8.self), let unit = UInt16(digits, radix: 16)
        else { throw Self.malformed("A name of the header has a bad escape", nil) }
        at += 4
        return unit
    }

    private mutating func skipSpace() {
        while at < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[at]) { at += 1 }
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard at < text.count, text[at] == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar, afterSpace: Bool = true) throws(ConvNetError) {
        if afterSpace { skipSpace() }
        guard at < text.count, text[at] == UInt8(ascii: character) else {
            throw Self.malformed("The header lacks \(character) at byte \(at)", nil)
        }
        at += 1
    }

    private static func malformed(_ what: String, _ subject: String?) -> ConvNetError {
        ConvNetError(.malformed, what + "; copy the file again or write it anew.", subject: subject ?? "header")
    }
}
