import DICOM
import Testing

/// Names as in DICOM PS3.5 annexes H to K. Text stands as ASCII, other bytes as `<hex>`, escape as `~`.
@Suite struct CharacterSetTests {
    private func name(_ terms: [String], _ text: String) -> String? {
        CharacterSet(terms: terms).text(bytes(text), delimiters: "^=")
    }

    private func bytes(_ text: String) -> [UInt8] {
        var result: [UInt8] = []
        for (index, part) in text.split(separator: "<", omittingEmptySubsequences: false).enumerated() {
            var plain = part
            if index > 0, let end = part.firstIndex(of: ">") {
                var digits = part[..<end]
                while digits.count >= 2, let byte = UInt8(digits.prefix(2), radix: 16) {
                    result.append(byte)
                    digits = digits.dropFirst(2)
                }
                plain = part[part.index(after: end)...]
            }
            for byte in plain.utf8 { result.append(byte == UInt8(ascii: "~") ? 0x1b : byte) }
        }
        return result
    }

    @Test func latin1() {
        #expect(name(["ISO_IR 100"], "Buc^J<e972f46d65>") == "Buc^Jérôme")
    }

    @Test func greekAndCyrillic() {
        #expect(name(["ISO_IR 126"], "<c4e9efedf5f3e9eff2>") == "Διονυσιος")
        #expect(name(["ISO_IR 144"], "<bbeeda>") == "Люк")
    }

    @Test func utf8() {
        #expect(CharacterSet(terms: ["ISO_IR 192"]).text(Array("Wang^XiaoDong=王^小東".utf8)) == "Wang^XiaoDong=王^小東")
    }

    @Test func gb18030KeepsBytesThatLookLikeDelimiters() {
        #expect(name(["GB18030"], "<cdf5>^<d0a1b6ab>") == "王^小东")
        #expect(name(["GB18030"], "<815e>")?.count == 1)
    }

    @Test func japaneseWithEscapes() {
        let text = "Yamada^Tarou=~$B;3ED~(B^~$BB@O:~(B=~$B$d$^$@~(B^~$B$?$m$&~(B"
        #expect(name(["", "ISO 2022 IR 87"], text) == "Yamada^Tarou=山田^太郎=やまだ^たろう")
    }

    @Test func japaneseKatakana() {
        let text = "<d4cfc0de>^<c0dbb3>=~$B;3ED~(J^~$BB@O:~(J"
        #expect(name(["ISO 2022 IR 13", "ISO 2022 IR 87"], text) == "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎")
    }

    @Test func korean() {
        let text = "Hong^Gildong=~$)C<fbf3>^~$)C<d1ced4d7>"
        #expect(name(["", "ISO 2022 IR 149"], text) == "Hong^Gildong=洪^吉洞")
    }

    @Test func unknownBytesBecomeVisibleGaps() {
        #expect(name([], "J<e9>") == "J\u{FFFD}")
        #expect(name(["ISO_IR 192"], "J<ff>") == "J\u{FFFD}")
        #expect(name(["NO SUCH SET"], "J<e9>") == "J\u{FFFD}")
    }

    @Test func controlAndBidirectionalCharactersAreDropped() {
        let unicode = CharacterSet(terms: ["ISO_IR 192"])
        #expect(unicode.text(Array("A\u{0}B\u{1b}\u{202E}C\u{200F}\u{2066}D\n\u{FEFF}".utf8)) == "ABCD")
        #expect(unicode.text(Array("\u{202E} ".utf8)) == nil)
    }

    @Test func lengthIsCapped() {
        #expect(CharacterSet(terms: []).text([UInt8](repeating: 0x41, count: 4000))?.count == 128)
    }
}
