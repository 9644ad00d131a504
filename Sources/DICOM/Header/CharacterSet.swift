internal import CDCMTK

/// Decodes text by an object's Specific Character Set (DICOM PS3.3 C.12.1.1.2, PS3.5 6.1).
///
/// With one value the whole text is in that set; with several, escape sequences switch between them. Bytes that cannot
/// be decoded become U+FFFD: a wrong letter in a name would be worse than a visible gap.
package struct CharacterSet: Sendable {
    /// iconv's name of the set that text begins in.
    private let initial: String

    /// - Parameter terms: the values of Specific Character Set (0008,0005); empty means ASCII.
    package init(terms: [String]) {
        initial = Self.encodings[terms.first ?? ""] ?? "ASCII"
    }

    /// Decoded, cleaned text; nil when there is none.
    ///
    /// - Parameter delimiters: characters after which the initial set is in force again.
    package func text(_ bytes: [UInt8]?, delimiters: String = "") -> String? {
        guard let bytes else { return nil }
        return TextField.cleaned(decode(bytes, delimiters: Set(delimiters.utf8)))
    }

    /// Splits text at escape sequences and delimiters and decodes each run in its own set.
    func decode(_ bytes: [UInt8], delimiters: Set<UInt8>) -> String {
        var result = ""
        var encoding = initial
        var run: [UInt8] = []
        var at = bytes.startIndex
        func flush() {
            result += Self.converted(run, from: encoding)
            run = []
        }
        while at < bytes.endIndex {
            if let escape = Self.escapes.first(where: { bytes[at...].starts(with: $0.sequence) }) {
                flush()
                encoding = escape.encoding
                at += escape.sequence.count
                continue
            }
            // A delimiter puts the initial set in force again. Bytes of two-byte sets may look like delimiters, but they
            // follow an escape that is still in force (G0) or are the initial set (GB18030), where nothing changes.
            if encoding != initial, delimiters.contains(bytes[at]), !Self.isTwoByteG0(encoding) {
                flush()
                encoding = initial
                result.unicodeScalars.append(Unicode.Scalar(bytes[at]))
            } else {
                run.append(bytes[at])
            }
            at += 1
        }
        flush()
        return result
    }

    private static func isTwoByteG0(_ encoding: String) -> Bool { encoding.hasPrefix("ISO-2022-JP") }

    /// Defined terms and iconv's names. The `ISO 2022` forms begin in their single-byte set.
    private static let encodings: [String: String] = {
        let plain: [String: String] = [
            "100": "ISO-8859-1", "101": "ISO-8859-2", "109": "ISO-8859-3", "110": "ISO-8859-4", "144": "ISO-8859-5",
            "127": "ISO-8859-6", "126": "ISO-8859-7", "138": "ISO-8859-8", "148": "ISO-8859-9", "203": "ISO-8859-15",
            "166": "TIS-620", "13": "CP932",
        ]
        var all = ["": "ASCII", "ISO 2022 IR 6": "ASCII", "ISO_IR 6": "ASCII"]
        for (number, name) in plain {
            all["ISO_IR \(number)"] = name
            all["ISO 2022 IR \(number)"] = name
        }
        // Two-byte sets are never the first value of a correct object; where one stands alone, its escapes say the rest.
        for number in ["87", "159", "149", "58"] { all["ISO 2022 IR \(number)"] = "ASCII" }
        all["ISO_IR 192"] = "UTF-8"
        all["GB18030"] = "GB18030"
        all["GBK"] = "GBK"
        return all
    }()

    /// Escape sequences (PS3.3 tables C.12-3 and C.12-4) and the set that follows.
    private static let escapes: [(sequence: [UInt8], encoding: String)] = {
        func escape(_ rest: String) -> [UInt8] { [0x1b] + Array(rest.utf8) }
        return [
            (escape("(B"), "ASCII"), (escape("(J"), "CP932"), (escape(")I"), "CP932"),
            (escape("(I"), "ISO-2022-JP-3 (I"),
            (escape("$B"), "ISO-2022-JP-2 $B"), (escape("$@"), "ISO-2022-JP-2 $@"),
            (escape("$(D"), "ISO-2022-JP-2 $(D"),
            (escape("$)C"), "EUC-KR"), (escape("$)A"), "GB2312"),
            (escape("-A"), "ISO-8859-1"), (escape("-B"), "ISO-8859-2"), (escape("-C"), "ISO-8859-3"),
            (escape("-D"), "ISO-8859-4"), (escape("-L"), "ISO-8859-5"), (escape("-G"), "ISO-8859-6"),
            (escape("-F"), "ISO-8859-7"), (escape("-H"), "ISO-8859-8"), (escape("-M"), "ISO-8859-9"),
            (escape("-b"), "ISO-8859-15"), (escape("-T"), "TIS-620"),
        ]
    }()

    /// Converts one run. A name such as `ISO-2022-JP-2 $B` means: that encoding, with this escape put in front.
    private static func converted(_ run: [UInt8], from encoding: String) -> String {
        if run.isEmpty { return "" }
        let parts = encoding.split(separator: " ", maxSplits: 1)
        let prefix: [UInt8] = parts.count == 2 ? [0x1b] + Array(parts[1].utf8) : []
        return iconv(prefix + run, from: String(parts[0])) ?? replacingUndecodable(run)
    }

    /// ASCII as it is, everything else as U+FFFD.
    private static func replacingUndecodable(_ run: [UInt8]) -> String {
        String(String.UnicodeScalarView(run.map { $0 < 0x80 ? Unicode.Scalar($0) : "\u{FFFD}" }))
    }

    private static func iconv(_ bytes: [UInt8], from encoding: String) -> String? {
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
        return written < 0 ? nil : String(decoding: utf8, as: UTF8.self)
    }
}
