import Glibc
import Testing
import Watch

@Suite struct InboxRemoveTests {
    let inbox: TemporaryFolder

    init() throws {
        inbox = try TemporaryFolder()
    }

    private var taker: InboxTaker {
        InboxTaker(root: inbox.path, spool: inbox.path, maximumFileBytes: 1, reserveBytes: 0)
    }

    private func scan() throws -> InboxScan { try InboxScanner().scan(inbox.path) }

    private func name(_ outcome: RemoveOutcome) -> String {
        switch outcome {
        case .removed: "removed"
        case .changed: "changed"
        case .vanished: "vanished"
        case .failed: "failed"
        }
    }

    @Test func whatTheScanSawIsRemoved() throws {
        try inbox.write("sub/file")
        symlink("file", inbox.path + "/sub/link")
        for entry in try scan().entries { #expect(name(taker.remove(entry)) == "removed") }
        #expect(try inbox.names("sub") == [])
    }

    @Test func anythingElseIsLeftAlone() throws {
        try inbox.write("file", [1])
        let entry = try #require(try scan().entries.first)
        try inbox.write("file", [1, 2])
        #expect(name(taker.remove(entry)) == "changed")
        unlink(inbox.path + "/file")
        #expect(name(taker.remove(entry)) == "vanished")
        try inbox.makeFolder("file")
        #expect(name(taker.remove(entry)) == "changed")
        #expect(try inbox.names() == ["file"])
    }

    @Test func onlyEmptyFoldersArePruned() throws {
        try inbox.makeFolder("empty")
        try inbox.makeFolder("filled")
        let folders = try scan().folders
        try inbox.write("filled/late")
        #expect(folders.map { name(taker.prune($0)) } == ["removed", "changed"])
        #expect(try inbox.names() == ["filled"])
    }

    @Test func theRootIsNeverPruned() throws {
        let root = InboxFolder(
            path: InboxPath(components: []), identity: FileIdentity(device: 1, inode: 1, size: 0, mtimeNS: 0),
            isEmpty: true)
        #expect(name(taker.prune(root)) == "changed")
    }
}
