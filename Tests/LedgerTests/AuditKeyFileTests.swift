import Foundation
import Glibc
import Ledger
import Testing

@Suite struct AuditKeyFileTests {
    private let site: Site
    private var path: String { site.folder + "/site.key" }

    init() throws {
        site = try Site()
    }

    private func code(_ load: () throws -> AuditKey) throws -> LedgerError.Code {
        let error = try #require(throws: LedgerError.self) { _ = try load() }
        #expect(!error.message.contains(site.folder))
        return error.code
    }

    private func write(_ count: Int, mode: mode_t) throws {
        try Data((0..<count).map { UInt8($0) }).write(to: URL(filePath: path))
        chmod(path, mode)
    }

    @Test func newKeyIsPrivateRandomAndReadBack() throws {
        let made = try AuditKey.create(file: path)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(attributes[.size] as? Int == 32)
        #expect(try AuditKey.load(file: path).fingerprint == made.fingerprint)
        #expect(try AuditKey.create(file: path + "2").fingerprint != made.fingerprint)
    }

    @Test func keyIsNeverOverwritten() throws {
        try write(32, mode: 0o600)
        #expect(try code { try AuditKey.create(file: path) } == .keyExists)
        #expect(try AuditKey.load(file: path).fingerprint == site.key.fingerprint)
    }

    @Test(arguments: [mode_t(0o640), 0o604, 0o620, 0o602, 0o610, 0o644])
    func keyThatOthersReachIsRefused(mode: mode_t) throws {
        try write(32, mode: mode)
        #expect(try code { try AuditKey.load(file: path) } == .keyUnsafe)
    }

    @Test(arguments: [0, 31, 33, 64])
    func wrongLengthIsRefused(count: Int) throws {
        try write(count, mode: 0o600)
        #expect(try code { try AuditKey.load(file: path) } == .keyInvalid)
    }

    @Test func absentLinkedAndIrregularKeysAreRefused() throws {
        #expect(try code { try AuditKey.load(file: path) } == .keyMissing)
        try write(32, mode: 0o600)
        symlink(path, path + ".link")
        #expect(try code { try AuditKey.load(file: path + ".link") } == .keyUnsafe)
        mkfifo(path + ".fifo", 0o600)
        #expect(try code { try AuditKey.load(file: path + ".fifo") } == .keyUnsafe)
        #expect(try code { try AuditKey.load(file: site.folder) } == .keyUnsafe)
    }

    /// systemd lets the unit's user in by an access list, which shows as group bits.
    @Test func credentialMayShowGroupBitsButNotOthers() throws {
        try write(32, mode: 0o440)
        #expect(
            try AuditKey.load(credential: "site.key", directory: site.folder).fingerprint == site.key.fingerprint)
        chmod(path, 0o444)
        #expect(try code { try AuditKey.load(credential: "site.key", directory: site.folder) } == .keyUnsafe)
        #expect(try code { try AuditKey.load(credential: "none", directory: site.folder) } == .keyMissing)
        #expect(try code { try AuditKey.load(credential: "site.key", directory: nil) } == .keyMissing)
        #expect(try code { try AuditKey.load(credential: "../site.key", directory: site.folder) } == .keyMissing)
    }
}
