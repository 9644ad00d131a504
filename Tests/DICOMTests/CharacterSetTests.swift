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

    /// PS3.5 H.3.1 and H.3.2, K.2 and K.3, J.3.
    @Test func annexExamples() {
        let ideographs = "~$B;3ED~(J^~$BB@O:~(J=~$B$d$^$@~(J^~$B$?$m$&~(J"
        #expect(
            name(["ISO 2022 IR 13", "ISO 2022 IR 87"], "<d4cfc0de>^<c0dbb3>=" + ideographs)
                == "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう")
        let korean = "Hong^Gildong=~$)C<fbf3>^~$)C<d1ced4d7>=~$)C<c8ab>^~$)C<b1e6b5bf>"
        #expect(name(["", "ISO 2022 IR 149"], korean) == "Hong^Gildong=洪^吉洞=홍^길동")
        #expect(name(["GB18030"], "Wang^XiaoDong=<cdf5>^<d0a1b6ab>=") == "Wang^XiaoDong=王^小东=")
        #expect(
            name(["", "ISO 2022 IR 58"], "Zhang^XiaoDong=~$)A<d5c5>^~$)A<d0a1b6ab>=") == "Zhang^XiaoDong=张^小东=")
        #expect(name(["GBK"], "<cdf5>^<d0a1b6ab>") == "王^小东")
    }

    @Test func singleByteSets() {
        for (term, text, expected) in [
            ("ISO_IR 101", "<b1e6>", "ąć"), ("ISO_IR 109", "<a1e5>", "Ħċ"), ("ISO_IR 110", "<b1f2>", "ąō"),
            ("ISO_IR 127", "<e2c8c7e6ea>^<e4e6d2c7d1>", "قباني^لنزار"),
            ("ISO_IR 138", "<f9f8e5ef>^<e3e1e5f8e4>", "שרון^דבורה"),
            ("ISO_IR 148", "<fefdf0>", "şığ"), ("ISO_IR 203", "<a4bd>", "€œ"), ("ISO_IR 166", "<cac1>", "สม"),
            ("ISO_IR 13", "<b1df>A", "ｱﾟA"),
        ] {
            #expect(name([term], text) == expected)
        }
    }

    @Test func setsSwitchInBothHalves() {
        let terms = ["ISO 2022 IR 100", "ISO 2022 IR 144", "ISO 2022 IR 126"]
        #expect(name(terms, "<e9>~-L<bbeeda>^<e9>=~-F<c4>~-A<e9>") == "éЛюк^é=Δé")
        #expect(name(["", "ISO 2022 IR 159", "ISO 2022 IR 87"], "~$(D0!~$B;3~(B") == "丂山")
    }

    @Test func delimitersAndLineEndsPutTheFirstSetBack() {
        #expect(name(["", "ISO 2022 IR 149"], "~$)C<fbf3>^<fbf3>") == "洪^\u{FFFD}\u{FFFD}")
        let text = CharacterSet(terms: ["ISO 2022 IR 100", "ISO 2022 IR 144"])
        #expect(text.text(bytes("~-L<bb>\\<e9>"), delimiters: "\\") == "Л\\é")
        #expect(text.text(bytes("~-L<bb><0d0a><e9>"), delimiters: "\\") == "Лé")
        // A backslash byte inside a character is none.
        #expect(CharacterSet(terms: ["GB18030"]).text(bytes("<815c>"), delimiters: "\\")?.count == 1)
    }

    @Test func cutOffCharactersLeaveTheRestReadable() {
        #expect(name(["ISO_IR 192"], "Wang<e5b0>") == "Wang\u{FFFD}\u{FFFD}")
        #expect(name(["GB18030"], "<cdf5>^<d0>") == "王^\u{FFFD}")
        #expect(name(["", "ISO 2022 IR 87"], "~$B;3E") == "山\u{FFFD}")
        #expect(name(["", "ISO 2022 IR 149"], "~$)C<fbf3fb>") == "洪\u{FFFD}")
        #expect(name(["", "ISO 2022 IR 159"], "~$(D0!0") == "丂\u{FFFD}")
        #expect(name(["", "ISO 2022 IR 87"], "A~$") == "A$")
    }

    @Test func misspeltTermsAreUnderstood() {
        for term in ["ISO_IR_100", "ISO-IR 100", "iso_ir 100", "ISO IR 100", "ISO 2022 IR 100", "ISO2022 IR100"] {
            #expect(name([term], "J<e9>") == "Jé", "\(term)")
        }
        #expect(name(["UTF-8"], "J<c3a9>") == "Jé")
        #expect(name(["ISO 2022 GBK"], "<cdf5>") == "王")
    }

    @Test func undeclaredUTF8IsRead() {
        #expect(name([], "J<c3a9>r") == "Jér")
        #expect(name(["NO SUCH SET"], "J<c3a9>r") == "Jér")
        // Escapes of a set that the header forgot to name are followed.
        #expect(name([], "~$B;3ED~(B") == "山田")
    }

    @Test func anyBytesUnderAnyTermsAreSurvived() {
        var random = SplitMix(state: 7)
        let terms = [
            "", "ISO_IR 13", "ISO_IR 100", "ISO 2022 IR 87", "ISO 2022 IR 159", "ISO 2022 IR 149", "ISO 2022 IR 58",
            "ISO_IR 192", "GB18030", "GBK", "ISO_IR 166", "nonsense\u{0}",
        ]
        let starts: [[UInt8]] = [[0x1b], [0x1b, 0x24, 0x42], [0x1b, 0x24, 0x29, 0x43], [0x1b, 0x28, 0x4a], [0x5c]]
        for _ in 0..<3000 {
            let chosen = (0..<(Int(random.next() % 3) + 1)).map { _ in terms[Int(random.next() % 12)] }
            var text: [UInt8] = []
            for _ in 0..<(random.next() % 12) {
                if random.next() % 3 == 0 { text += starts[Int(random.next() % 5)] }
                text.append(UInt8(truncatingIfNeeded: random.next()))
            }
            let shown = CharacterSet(terms: chosen).text(text, delimiters: "^=") ?? ""
            #expect(shown.count <= 128)
            #expect(!shown.unicodeScalars.contains { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) })
        }
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
