import DICOM
import Testing

@Suite struct DerivedUIDTests {
    @Test func sameTextGivesTheSameIdentifier() {
        #expect(DerivedUID.make(from: "study 1") == DerivedUID.make(from: "study 1"))
        #expect(DerivedUID.make(from: "study 1") != DerivedUID.make(from: "study 2"))
    }

    @Test(arguments: 0..<200)
    func identifierIsAValidUID(_ seed: Int) {
        let uid = DerivedUID.make(from: "\(seed)")
        let number = uid.dropFirst("2.25.".count)
        #expect(uid.hasPrefix("2.25."))
        #expect(uid.utf8.count <= 44)
        #expect(!number.hasPrefix("0"))
        #expect(number.allSatisfy { $0.isASCII && $0.isNumber })
        // A version 8 UUID is at least 2^115 when its first 13 bits are zero; far above is the rule.
        #expect(number.count >= 30)
    }

    @Test func versionAndVariantBitsAreSet() throws {
        let number = try #require(UInt128(DerivedUID.make(from: "bits").dropFirst("2.25.".count)))
        #expect(number >> 76 & 0xF == 8)
        #expect(number >> 62 & 0b11 == 0b10)
    }
}
