import Glibc
import Testing
import Watch

@Suite struct InboxScannerTests {
    private func scan(_ folder: TemporaryFolder, depth: Int = 16, entries: Int = 1000) throws -> InboxScan {
        try InboxScanner(maximumDepth: depth, maximumEntries: entries).scan(folder.path)
    }

    @Test func everythingIsFoundAndNamedForWhatItIs() throws {
        let folder = try TemporaryFolder()
        try folder.write("a.dcm")
        try folder.write("deep/er/b.dcm", [1, 2, 3])
        symlink("a.dcm", folder.path + "/link")
        symlink("/", folder.path + "/linkToRoot")
        mkfifo(folder.path + "/pipe", 0o600)
        try folder.write("one")
        link(folder.path + "/one", folder.path + "/two")
        let found = try scan(folder)
        let kinds = Dictionary(uniqueKeysWithValues: found.entries.map { ($0.path.escaped, $0.kind) })
        #expect(
            kinds == [
                "a.dcm": .regular, "deep/er/b.dcm": .regular, "link": .symlink, "linkToRoot": .symlink, "pipe": .fifo,
                "one": .hardlinked, "two": .hardlinked,
            ])
        #expect(found.folders.map(\.path.escaped) == ["deep", "deep/er"])
        #expect(found.entries.first { $0.path.escaped == "deep/er/b.dcm" }?.identity.size == 3)
        #expect(!found.isTruncated)
    }

    @Test func socketsAreFound() throws {
        let folder = try TemporaryFolder()
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array((folder.path + "/s").utf8)
        try #require(path.count < 100)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        #expect(try scan(folder).entries.map(\.kind) == [.socket])
    }

    @Test func namesThatAreNoTextAreFound() throws {
        let folder = try TemporaryFolder()
        let name: [UInt8] = Array((folder.path + "/").utf8) + [0xFF, 0xFE, 0]
        let file = name.withUnsafeBytes {
            open($0.baseAddress!.assumingMemoryBound(to: CChar.self), O_CREAT | O_WRONLY, 0o600)
        }
        try #require(file >= 0)
        close(file)
        #expect(try scan(folder).entries.map(\.path.components) == [[[0xFF, 0xFE]]])
    }

    @Test func hostileNamesAreFoundAndSurviveEscaping() throws {
        let folder = try TemporaryFolder()
        let names = [
            "line\nfeed", "..%2fup", "  ", "-rf", "\u{202E}gnp.mcd", String(repeating: "n", count: 255), "\u{7}bell",
        ]
        for name in names { try folder.write("sub/" + name) }
        let found = try scan(folder).entries
        #expect(Set(found.map { String(decoding: $0.path.name, as: UTF8.self) }) == Set(names))
        for entry in found { #expect(InboxPath(escaped: entry.path.escaped) == entry.path) }
    }

    @Test func seventeenLevelsAreOneTooMany() throws {
        let folder = try TemporaryFolder()
        let deepest = (1...16).map(String.init).joined(separator: "/")
        try folder.write(deepest + "/file")
        try folder.write(deepest + "/17/file")
        let found = try scan(folder)
        #expect(Set(found.entries.map(\.kind)) == [.regular, .tooDeep])
        #expect(found.entries.map(\.path.depth) == [17, 17])
    }

    @Test func whatASightSaysIsWhatThePathSays() throws {
        let folder = try TemporaryFolder()
        for name in ["a", "sub/b.part", ".hidden/c", "sub/deep/d~"] { try folder.write(name) }
        var visitor = Comparing()
        let isTruncated = try InboxScanner().visit(folder.path, &visitor)
        #expect(!isTruncated)
        #expect(visitor.seen == 4)
    }

    @Test func aFolderThatMovesWhileItIsScannedHarmsNothing() throws {
        let folder = try TemporaryFolder()
        for index in 0..<50 { try folder.write("one/f\(index)") }
        try folder.write("two/file")
        var visitor = Moving(from: folder.path + "/one", to: folder.path + "/renamed")
        _ = try InboxScanner().visit(folder.path, &visitor)
        // All of it, or what was left of it under the old name.
        #expect((1...51).contains(visitor.seen))
        #expect(try scan(folder).entries.count == 51)
    }

    @Test func anInboxOfFoldersAloneIsEmpty() throws {
        let folder = try TemporaryFolder()
        try folder.makeFolder("a/b/c")
        #expect(try InboxScanner().isEmpty(folder.path))
        try folder.write("a/b/c/file")
        #expect(try !InboxScanner().isEmpty(folder.path))
    }

    @Test func foldersBelowTheDeepestLevelAreEntries() throws {
        let folder = try TemporaryFolder()
        try folder.write("1/2/3/file")
        let found = try scan(folder, depth: 2)
        #expect(found.entries.map(\.path.escaped) == ["1/2/3"])
        #expect(found.entries.map(\.kind) == [.tooDeep])
    }

    @Test func theNumberOfEntriesIsBounded() throws {
        let folder = try TemporaryFolder()
        for index in 0..<20 { try folder.write("f\(index)") }
        let found = try scan(folder, entries: 7)
        #expect(found.entries.count == 7)
        #expect(found.isTruncated)
    }

    @Test func emptyFoldersAreSeen() throws {
        let folder = try TemporaryFolder()
        try folder.makeFolder("empty")
        try folder.write("full/file")
        #expect(try scan(folder).folders.map(\.isEmpty) == [true, false])
    }

    @Test func aMissingInboxIsAnError() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: WatchError.self) { try InboxScanner().scan(folder.path + "/none") }
        #expect(error?.code == .inboxUnreadable)
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything")) func unreadableIsAnOutcome() throws {
        let folder = try TemporaryFolder()
        chmod(try folder.write("closed"), 0)
        try folder.makeFolder("shut")
        chmod(folder.path + "/shut", 0)
        defer { chmod(folder.path + "/shut", 0o700) }
        #expect(try scan(folder).entries.map(\.kind) == [.unreadable, .unreadable])
    }
}

private struct Comparing: InboxVisitor {
    var seen = 0

    mutating func see(_ sight: InboxSight) -> Bool {
        seen += 1
        #expect(sight.pathKey == sight.path.fingerprint)
        #expect(sight.isPartial == sight.path.isPartial)
        return true
    }

    mutating func leave(_ folder: @autoclosure () -> InboxPath, key: UInt64, identity: FileIdentity, isEmpty: Bool) {
        #expect(key == folder().fingerprint)
    }
}

/// Renames a folder at the first entry that it sees.
private struct Moving: InboxVisitor {
    let from: String
    let to: String
    var seen = 0

    init(from: String, to: String) {
        self.from = from
        self.to = to
    }

    mutating func see(_ sight: InboxSight) -> Bool {
        if seen == 0 { rename(from, to) }
        seen += 1
        return true
    }

    mutating func leave(_ folder: @autoclosure () -> InboxPath, key: UInt64, identity: FileIdentity, isEmpty: Bool) {}
}
