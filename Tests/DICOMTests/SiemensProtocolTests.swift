import DICOM
import Testing

@Suite struct SiemensProtocolTests {
    private static let classic = """
        ### ASCCONV BEGIN object=MrProtDataImpl@MrProtocolData version=51130001 converter=%MEASCONST%/Conv.dat ###
        ulVersion = 0x14b44b6
        tSequenceFileName = "%SiemensSeq%\\tfl"
        sSliceArray.lSize\t = \t1
        sKSpace.lPartitions = 192
        sKSpace.lImagesPerSlab\t = \t192
        sKSpace.ucDimension = 0x4
        ### ASCCONV END ###
        """

    private func read(_ text: String) -> SiemensProtocol? { SiemensProtocol(Array(text.utf8)) }

    @Test func slicesAndSlabsAreRead() throws {
        let found = try #require(read("SV10\u{4}\u{3}\u{2}\u{1}noise ###" + Self.classic + "more noise"))
        #expect(found.imagesPerSlab == 192)
        #expect(found.slabs == 1)
    }

    @Test func linesMayEndAsInWindows() {
        #expect(read(Self.classic.split(separator: "\n").joined(separator: "\r\n"))?.imagesPerSlab == 192)
    }

    @Test func twoDimensionalSequenceSaysNothing() {
        #expect(read(Self.classic.replacing("= 0x4\n", with: "= 0x2\n")) == nil)
    }

    @Test func protocolThatIsCutOffSaysNothing() {
        #expect(read(Self.classic.replacing("### ASCCONV END ###", with: "")) == nil)
        #expect(read("") == nil)
        #expect(SiemensProtocol([0x23]) == nil)
    }

    @Test(arguments: ["0", "-1", "99999999999999999999", "0x", "0xzz", "1.5", "", "4097", "١٩٢"])
    func impossibleNumberSaysNothing(value: String) {
        #expect(read(Self.classic.replacing("lImagesPerSlab\t = \t192", with: "lImagesPerSlab = \(value)")) == nil)
    }

    @Test func longerNamesAreOtherKeys() {
        #expect(read(Self.classic.replacing("sKSpace.lImagesPerSlab", with: "xsKSpace.lImagesPerSlab")) == nil)
        #expect(read(Self.classic.replacing("lImagesPerSlab", with: "lImagesPerSlabX")) == nil)
    }

    @Test func damagedBytesAreSurvived() {
        var random = SplitMix(state: 20_260_105)
        let whole = Array(Self.classic.utf8)
        for _ in 0..<4000 {
            var bytes = whole
            for _ in 0..<(1 + Int(random.next() % 8)) {
                switch random.next() % 4 {
                case 0: bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.removeLast(Int(random.next() % UInt64(bytes.count)))
                case 2: bytes.removeFirst(Int(random.next() % UInt64(bytes.count)))
                default: bytes.insert(contentsOf: bytes.prefix(20), at: Int(random.next() % UInt64(bytes.count)))
                }
                if bytes.isEmpty { bytes = [0] }
            }
            if let found = SiemensProtocol(bytes) {
                #expect((1...4096).contains(found.imagesPerSlab) && (1...4096).contains(found.slabs))
            }
        }
    }
}

/// A small random source with a fixed seed (Steele et al. 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
