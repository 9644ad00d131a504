internal import CDCMTK

/// Decodes text by an object's Specific Character Set (DICOM PS3.3 C.12.1.1.2, PS3.5 6.1.2).
///
/// With one value the whole text is in that set. With several, escape sequences put a set into the lower (G0) or the upper
/// (G1) half of the code table, until a delimiter or the line's end puts the first value's sets back. Bytes that are no part
/// of a character become U+FFFD: a wrong letter in a name would be worse than a visible gap.
package struct CharacterSet: Sendable {
    /// A set that holds in one half of the code table.
    private enum Table: Equatable {
        /// Also for the Roman set of JIS X 0201.
        case ascii
        /// The half-width katakana of JIS X 0201.
        case katakana
        /// One byte a character, in iconv's encoding of that name.
        case single(String)
        /// Two bytes a character: with their high bits set they are in iconv's encoding, behind `prefix`.
        case double(String, prefix: [UInt8] = [])
        /// Nothing is known of these bytes.
        case none
    }

    /// The lower and the upper half.
    private struct Tables: Equatable {
        var g0 = Table.ascii
        var g1 = Table.none
    }

    private let initial: Tables
    /// iconv's name of an encoding that knows no escapes: UTF-8, GB18030, GBK.
    private let standAlone: String?
    /// Whether the header says nothing that is known about bytes above 127.
    private let isUndeclared: Bool

    /// - Parameter terms: the values of Specific Character Set (0008,0005); empty means ASCII.
    package init(terms: [String]) {
        let names = terms.map(Self.term)
        let first = names.first ?? ""
        standAlone =
            Self.standAlone[first] ?? (first.isEmpty ? names.lazy.compactMap { Self.standAlone[$0] }.first : nil)
        initial = Tables(g1: Self.upper[first] ?? .none)
        isUndeclared = names.allSatisfy {
            Self.upper[$0] == nil && Self.standAlone[$0] == nil && $0 != "87" && $0 != "159"
        }
    }

    /// Decoded, cleaned text; nil when there is none.
    ///
    /// - Parameter delimiters: ASCII characters after which the initial sets are in force again.
    package func text(_ bytes: [UInt8]?, delimiters: String = "") -> String? {
        guard let bytes else { return nil }
        return TextField.cleaned(decode(bytes, delimiters: Set(delimiters.utf8)))
    }

    private func decode(_ bytes: [UInt8], delimiters: Set<UInt8>) -> String {
        if let standAlone { return Self.converted(bytes, from: standAlone) }
        if isUndeclared, !bytes.contains(Self.escape), let text = String(validating: bytes, as: UTF8.self) {
            // ASCII, or UTF-8 whose sender forgot to say so: no other encoding looks like it by chance.
            return text
        }
        var result = ""
        var tables = initial
        var table = Table.ascii
        var run: [UInt8] = []
        func flush() {
            result += Self.decoded(run, in: table)
            run = []
        }
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            if byte == Self.escape, let found = Self.escapes.first(where: { bytes[at...].starts(with: $0.sequence) }) {
                flush()
                if let g0 = found.g0 { tables.g0 = g0 }
                if let g1 = found.g1 { tables.g1 = g1 }
                at += found.sequence.count
                continue
            }
            at += 1
            let isReset = byte < 0x20 || (tables.g0 == .ascii && delimiters.contains(byte))
            if isReset { tables = initial }
            let here: Table = byte >= 0x80 ? tables.g1 : byte <= 0x20 ? .ascii : tables.g0
            if here != table { flush() }
            table = here
            run.append(byte)
        }
        flush()
        return result
    }

    private static func decoded(_ run: [UInt8], in table: Table) -> String {
        switch table {
        case .ascii: return String(decoding: run, as: UTF8.self)
        case .none: return String(repeating: "\u{FFFD}", count: run.count)
        case .katakana:
            // U+FF61 to U+FF9F in the order of the bytes a1 to df.
            let scalars = run.map { byte in
                (0xa1...0xdf).contains(byte) ? Unicode.Scalar(0xff61 + UInt32(byte) - 0xa1) ?? "\u{FFFD}" : "\u{FFFD}"
            }
            return String(String.UnicodeScalarView(scalars))
        case .single(let encoding): return converted(run, from: encoding)
        case .double(let encoding, let prefix):
            if prefix.isEmpty { return converted(run.map { $0 | 0x80 }, from: encoding) }
            return stride(from: 0, to: run.count, by: 2).map { start in
                guard start + 1 < run.count else { return "\u{FFFD}" }
                return converted(prefix + run[start...(start + 1)].map { $0 | 0x80 }, from: encoding)
            }.joined()
        }
    }

    private static func converted(_ bytes: [UInt8], from encoding: String) -> String {
        var written = -1
        let capacity = 4 * bytes.count + 16
        let utf8 = [UInt8](unsafeUninitializedCapacity: capacity) { out, count in
            bytes.withUnsafeBytes { input in
                out.withMemoryRebound(to: CChar.self) { target in
                    written = Int(
                        dcm_to_utf8(
                            encoding, input.baseAddress?.assumingMemoryBound(to: CChar.self), input.count,
                            target.baseAddress, capacity))
                }
            }
            count = max(0, written)
        }
        return written < 0 ? String(repeating: "\u{FFFD}", count: bytes.count) : String(decoding: utf8, as: UTF8.self)
    }
}

/// Defined terms and escape sequences (PS3.3 tables C.12-2 to C.12-5).
extension CharacterSet {
    private static let escape: UInt8 = 0x1b

    /// The part of a term that tells: `ISO_IR 100` and `ISO 2022 IR 100` are `100`, and so are the ways in which senders
    /// misspell them.
    private static func term(_ text: String) -> String {
        var rest = text.uppercased().filter { $0.isLetter || $0.isNumber }[...]
        for prefix in ["ISO", "2022", "IR"] where rest.hasPrefix(prefix) { rest = rest.dropFirst(prefix.count) }
        return String(rest)
    }

    private static let standAlone = [
        "192": "UTF-8", "UTF8": "UTF-8", "GB18030": "GB18030", "GBK": "GBK",
    ]

    private static let koreanPairs = Table.double("EUC-KR")
    private static let chinesePairs = Table.double("GB2312")

    /// The upper half that each first value begins with. Sets of two bytes are never the first value of a correct object.
    private static let upper: [String: Table] = [
        "100": .single("ISO-8859-1"), "101": .single("ISO-8859-2"), "109": .single("ISO-8859-3"),
        "110": .single("ISO-8859-4"), "144": .single("ISO-8859-5"), "127": .single("ISO-8859-6"),
        "126": .single("ISO-8859-7"), "138": .single("ISO-8859-8"), "148": .single("ISO-8859-9"),
        "203": .single("ISO-8859-15"), "166": .single("TIS-620"), "13": .katakana, "149": koreanPairs,
        "58": chinesePairs,
    ]

    /// What each escape sequence puts where.
    private static let escapes: [(sequence: [UInt8], g0: Table?, g1: Table?)] = {
        let lower: [(String, Table)] = [
            ("(B", .ascii), ("(J", .ascii), ("$B", .double("EUC-JP")), ("$@", .double("EUC-JP")),
            ("$(D", .double("EUC-JP", prefix: [0x8f])),
        ]
        let upper: [(String, Table)] = [
            (")I", .katakana), ("$)C", koreanPairs), ("$)A", chinesePairs), ("-A", .single("ISO-8859-1")),
            ("-B", .single("ISO-8859-2")), ("-C", .single("ISO-8859-3")), ("-D", .single("ISO-8859-4")),
            ("-L", .single("ISO-8859-5")), ("-G", .single("ISO-8859-6")), ("-F", .single("ISO-8859-7")),
            ("-H", .single("ISO-8859-8")), ("-M", .single("ISO-8859-9")), ("-b", .single("ISO-8859-15")),
            ("-T", .single("TIS-620")),
        ]
        func sequence(_ rest: String) -> [UInt8] { [escape] + Array(rest.utf8) }
        return lower.map { (sequence($0.0), $0.1, nil) } + upper.map { (sequence($0.0), nil, $0.1) }
    }()
}
