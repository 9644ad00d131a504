import Testing
import Watch

private let second: Int64 = 1_000_000_000

@Suite struct SettlingFilesTests {
    let rules = FileSettle.Rules(quietSeconds: 10, maximumWaitMinutes: 60)

    private func scan(_ sizes: [String: Int64], kind: InboxEntry.Kind = .regular) throws -> InboxScan {
        var scan = InboxScan()
        for (name, size) in sizes {
            scan.entries.append(
                InboxEntry(
                    path: try #require(InboxPath(escaped: name)), kind: kind,
                    identity: FileIdentity(device: 1, inode: UInt64(name.hashValue.magnitude), size: size, mtimeNS: 1)))
        }
        return scan
    }

    private func names(_ entries: [InboxEntry]) -> [String] { entries.map(\.path.escaped) }

    @Test func eachFileSettlesByItself() throws {
        var files = SettlingFiles()
        files.observe(try scan(["a": 1, "b": 1, "c.part": 1]), nowNS: 0)
        files.observe(try scan(["a": 1, "b": 2, "c.part": 1]), nowNS: 10 * second)
        let state = files.state(nowNS: 10 * second, rules: rules)
        #expect(names(state.ready) == ["a"])
        #expect(names(state.waiting) == ["b"])
        #expect(names(state.partial) == ["c.part"])
        #expect(state.nextNS == 20 * second)
    }

    @Test func aRenamedPartSettlesUnderItsFinalName() throws {
        var files = SettlingFiles()
        files.observe(try scan(["a.part": 1]), nowNS: 0)
        files.observe(try scan(["a": 1]), nowNS: 20 * second)
        #expect(names(files.state(nowNS: 20 * second, rules: rules).waiting) == ["a"])
        #expect(files.count == 1)
    }

    @Test func whatIsGoneIsForgottenUnlessTheScanWasCutShort() throws {
        var files = SettlingFiles()
        files.observe(try scan(["a": 1, "b": 1]), nowNS: 0)
        var cut = try scan(["a": 1])
        cut.isTruncated = true
        files.observe(cut, nowNS: second)
        #expect(files.count == 2)
        files.observe(try scan(["a": 1]), nowNS: 2 * second)
        #expect(files.count == 1)
    }

    @Test func keptFilesAreLeftOut() throws {
        var files = SettlingFiles()
        let scan = try scan(["a": 1, "b": 1])
        files.observe(scan, kept: KeptFiles([scan.entries[0].identity]), nowNS: 0)
        #expect(files.count == 1)
    }

    @Test func whatCanNeverBeTakenIsReadyToBeRefused() throws {
        var files = SettlingFiles()
        let scan = try scan(["link": 1], kind: .symlink)
        files.observe(scan, nowNS: 0)
        files.observe(scan, nowNS: 10 * second)
        #expect(files.state(nowNS: 10 * second, rules: rules).ready.first?.refusal == .symlink)
    }

    @Test func emptyFoldersArePrunedDeepestFirst() {
        func scan(_ names: [String]) -> InboxScan {
            var scan = InboxScan()
            scan.folders = names.map {
                InboxFolder(
                    path: InboxPath(components: $0.split(separator: "/").map { Array($0.utf8) }),
                    identity: FileIdentity(device: 1, inode: UInt64($0.count), size: 0, mtimeNS: 1), isEmpty: true)
            }
            return scan
        }
        var files = SettlingFiles()
        files.observe(scan(["a", "a/b"]), nowNS: 0)
        #expect(files.prunable(nowNS: 30 * second, quietMinutes: 1).isEmpty)
        files.observe(scan(["a", "a/b"]), nowNS: 60 * second)
        #expect(files.prunable(nowNS: 60 * second, quietMinutes: 1).map(\.path.escaped) == ["a/b", "a"])
        #expect(files.prunable(nowNS: 60 * second, quietMinutes: 0).isEmpty)
    }
}
