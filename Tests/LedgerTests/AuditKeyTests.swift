import Ledger
import Testing

@Suite struct AuditKeyTests {
    @Test(arguments: [0, 31, 33])
    func wrongLengthIsRefused(count: Int) throws {
        let error = try #require(throws: LedgerError.self) { _ = try AuditKey(bytes: Array(0..<UInt8(count))) }
        #expect(error.code == .keyInvalid)
    }

    @Test func oneByteRepeatedIsNoSecret() throws {
        let error = try #require(throws: LedgerError.self) { _ = try AuditKey(bytes: .init(repeating: 7, count: 32)) }
        #expect(error.code == .keyInvalid)
    }

    @Test func descriptionTellsKeysApartWithoutTellingThem() throws {
        let key = try AuditKey(bytes: Array(0..<32))
        #expect("\(key)" == "AuditKey \(key.fingerprint)")
        #expect(key.fingerprint != (try AuditKey(bytes: Array(1...32)).fingerprint))
        #expect(key.fingerprint.count == 16)
    }
}
