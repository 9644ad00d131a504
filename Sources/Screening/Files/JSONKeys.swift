/// The keys of a valid JSON text as paths, in order: `members`, `members[].file`.
struct JSONKeys {
    private(set) var paths: [String] = []

    /// Fails on a key written twice in one object.
    init(_ bytes: [UInt8]) throws(StrictJSON.Fault) {
        var scanner = Scanner(bytes: bytes)
        try scanner.value(at: "")
        paths = scanner.paths
    }
}

/// Walks the text; a decoder has accepted it before, so only its structure matters here.
private struct Scanner {
    let bytes: [UInt8]
    var position = 0
    var paths: [String] = []

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func value(at path: String) throws(StrictJSON.Fault) {
        switch try next() {
        case UInt8(ascii: "{"): try object(at: path)
        case UInt8(ascii: "["): try array(at: path)
        case UInt8(ascii: "\""): _ = try string()
        default: scalar()
        }
    }

    private mutating func object(at path: String) throws(StrictJSON.Fault) {
        var seen: Set<String> = []
        position += 1
        while try next() != UInt8(ascii: "}") {
            let key = try string()
            let keyPath = path.isEmpty ? key : "\(path).\(key)"
            guard seen.insert(key).inserted else {
                throw StrictJSON.Fault(field: keyPath, message: "the key is written twice")
            }
            paths.append(keyPath)
            try expect(UInt8(ascii: ":"))
            try value(at: keyPath)
            if try next() == UInt8(ascii: ",") { position += 1 }
        }
        position += 1
    }

    private mutating func array(at path: String) throws(StrictJSON.Fault) {
        position += 1
        while try next() != UInt8(ascii: "]") {
            try value(at: path + "[]")
            if try next() == UInt8(ascii: ",") { position += 1 }
        }
        position += 1
    }

    /// The text between the quotes as written; keys with escapes are no keys of ours and fail as unknown.
    private mutating func string() throws(StrictJSON.Fault) -> String {
        try expect(UInt8(ascii: "\""))
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard position < bytes.count else { throw Self.notJSON }
        defer { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func scalar() {
        let ends = Set(",]} \t\r\n".utf8)
        repeat { position += 1 } while position < bytes.count && !ends.contains(bytes[position])
    }

    /// The next byte that is not space, without taking it.
    private mutating func next() throws(StrictJSON.Fault) -> UInt8 {
        let spaces = Set(" \t\r\n".utf8)
        while position < bytes.count, spaces.contains(bytes[position]) { position += 1 }
        guard position < bytes.count else { throw Self.notJSON }
        return bytes[position]
    }

    private mutating func expect(_ byte: UInt8) throws(StrictJSON.Fault) {
        guard try next() == byte else { throw Self.notJSON }
        position += 1
    }

    private static let notJSON = StrictJSON.Fault(field: nil, message: "it is not JSON in UTF-8")
}
