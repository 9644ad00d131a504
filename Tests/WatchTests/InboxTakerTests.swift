import Crypto
import Glibc
import Synchronization
import Testing
import Watch

@Suite struct InboxTakerTests {
    let inbox: TemporaryFolder
    let spool: TemporaryFolder

    init() throws {
        inbox = try TemporaryFolder()
        spool = try TemporaryFolder()
    }

    private func taker(maximum: Int64 = 1 << 30, reserve: Int64 = 0) -> InboxTaker {
        InboxTaker(root: inbox.path, spool: spool.path, maximumFileBytes: maximum, reserveBytes: reserve)
    }

    private func entry(_ name: String) throws -> InboxEntry {
        try #require(try InboxScanner().scan(inbox.path).entries.first { $0.path.escaped == name })
    }

    private func refusal(_ outcome: TakeOutcome) -> TakeRefusal? {
        if case .refused(let why) = outcome { why } else { nil }
    }

    private func isChanged(_ outcome: TakeOutcome) -> Bool {
        if case .changedDuringCopy = outcome { true } else { false }
    }

    private func isVanished(_ outcome: TakeOutcome) -> Bool {
        if case .vanished = outcome { true } else { false }
    }

    @Test func theCopyIsTheFileAndItsHash() throws {
        let bytes = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try inbox.write("study/PATIENT^NAME.dcm", bytes)
        let entry = try entry("study/PATIENT^NAME.dcm")
        guard case .taken(let file) = taker().take(entry) else {
            Issue.record("not taken")
            return
        }
        #expect(file.size == 3_000_001)
        #expect(file.sha256 == SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
        #expect(file.identity == entry.identity)
        #expect(try spool.names() == [file.spoolName])
        #expect(try spool.bytes(file.spoolName) == bytes)
        #expect(!file.spoolName.contains("NAME"))
        #expect(try inbox.names("study") == ["PATIENT^NAME.dcm"])
    }

    @Test func hostileEntriesAreRefusedEvenWhereTheScanWasFooled() throws {
        try inbox.write("target")
        try inbox.write("plain")
        var entry = try entry("plain")
        let path = inbox.path + "/plain"
        for (make, why) in [
            ({ symlink("target", path) }, TakeRefusal.symlink),
            ({ mkfifo(path, 0o600) }, .notARegularFile),
            ({ link(inbox.path + "/target", path) }, .hardLinked),
        ] {
            unlink(path)
            try #require(make() == 0)
            entry.kind = .regular
            #expect(refusal(taker().take(entry)) == why)
        }
        #expect(try spool.names() == [])
    }

    @Test func aFolderReplacedByALinkIsNotFollowed() throws {
        try inbox.write("folder/file")
        let entry = try entry("folder/file")
        rename(inbox.path + "/folder", inbox.path + "/elsewhere")
        symlink("elsewhere", inbox.path + "/folder")
        let outcome = taker().take(entry)
        #expect(refusal(outcome) == .symlink || isChanged(outcome))
        #expect(try spool.names() == [])
    }

    @Test func kindsThatTheScanNamedAreRefused() throws {
        try inbox.write("file")
        var entry = try entry("file")
        for kind in InboxEntry.Kind.allCases where kind != .regular {
            entry.kind = kind
            #expect(refusal(taker().take(entry)) != nil)
        }
    }

    @Test func aFileThatChangedSinceTheScanIsLeft() throws {
        try inbox.write("file", [1])
        let entry = try entry("file")
        try inbox.write("file", [1, 2])
        #expect(isChanged(taker().take(entry)))
        unlink(inbox.path + "/file")
        #expect(isVanished(taker().take(entry)))
        #expect(try spool.names() == [])
    }

    @Test func aFileThatGrowsWhileItIsCopiedIsNotTaken() throws {
        let path = try inbox.write("growing", [UInt8](repeating: 7, count: 32 << 20))
        let entry = try entry("growing")
        let writer = Writer(path: path)
        writer.start()
        while !writer.isStarted.load(ordering: .acquiring) { sched_yield() }
        #expect(isChanged(taker().take(entry)))
        writer.isDone.store(true, ordering: .releasing)
        writer.join()
        #expect(try spool.names() == [])
    }

    @Test func eachOfManyFilesHasItsOwnEnd() throws {
        for name in ["a", "b", "c", "d"] { try inbox.write(name, Array(name.utf8)) }
        try inbox.write("empty", [])
        let entries = try InboxScanner().scan(inbox.path).entries
        unlink(inbox.path + "/b")
        try inbox.write("c", [1, 2])
        var calls = 0
        let outcomes = taker().take(entries) { calls += 1 }
        #expect(outcomes.count == 5)
        #expect(calls >= 5)
        #expect(isVanished(outcomes[1]))
        #expect(isChanged(outcomes[2]))
        #expect(refusal(outcomes[4]) == .empty)
        #expect(try spool.names().count == 2)
        for index in [0, 3] {
            guard case .taken(let file) = outcomes[index] else {
                Issue.record("\(index) was not taken")
                continue
            }
            #expect(try spool.bytes(file.spoolName) == Array(["a", "b", "c", "d"][index].utf8))
        }
    }

    @Test func lackOfRoomEndsABatch() throws {
        for name in ["a", "b"] { try inbox.write(name) }
        let outcomes = taker(reserve: .max / 2).take(try InboxScanner().scan(inbox.path).entries)
        guard outcomes.count == 1, case .noSpace = outcomes[0] else {
            Issue.record("\(outcomes)")
            return
        }
    }

    @Test func sizeIsBounded() throws {
        try inbox.write("large", [UInt8](repeating: 0, count: 11))
        try inbox.write("empty", [])
        #expect(refusal(taker(maximum: 10).take(try entry("large"))) == .tooLarge)
        #expect(refusal(taker().take(try entry("empty"))) == .empty)
    }

    @Test func lackOfRoomPausesAndLeavesNothing() throws {
        try inbox.write("file")
        guard case .noSpace(let error) = taker(reserve: .max / 2).take(try entry("file")) else {
            Issue.record("room was found")
            return
        }
        #expect(error.code == .noSpace)
        #expect(try spool.names() == [])
        #expect(try inbox.names() == ["file"])
    }

    /// Set the variable to a folder on a file system of about 1 MB.
    @Test(.enabled(if: getenv("FCDWATCH_SMALL_STORAGE") != nil, "needs a small file system: FCDWATCH_SMALL_STORAGE"))
    func storageThatFillsUpWhileCopyingLeavesNothing()
        throws
    {
        let small = String(cString: try #require(getenv("FCDWATCH_SMALL_STORAGE")))
        try inbox.write("file", [UInt8](repeating: 1, count: 8 << 20))
        // A reserve below zero lets the check pass, as when another process fills the storage meanwhile.
        let taker = InboxTaker(
            root: inbox.path, spool: small, maximumFileBytes: 1 << 30, reserveBytes: -(1 << 40))
        guard case .noSpace = taker.take(try entry("file")) else {
            Issue.record("it fitted")
            return
        }
        #expect(try InboxScanner().scan(small).entries.isEmpty)
    }

    @Test func aMissingSpoolIsAFailureNotARefusal() throws {
        try inbox.write("file")
        let taker = InboxTaker(
            root: inbox.path, spool: spool.path + "/none", maximumFileBytes: 100, reserveBytes: 0)
        guard case .failed(let error) = taker.take(try entry("file")) else {
            Issue.record("taken")
            return
        }
        #expect(error.code == .ioFailed)
    }

    @Test func unfinishedCopiesAreRemovedAtStart() throws {
        try spool.write(".take-0123")
        try spool.write("0123")
        #expect(try taker().removeUnfinished() == 1)
        #expect(try spool.names() == ["0123"])
    }
}

/// Appends to a file until told to stop.
private final class Writer: Sendable {
    let isStarted = Atomic(false)
    let isDone = Atomic(false)
    private let path: String
    private let thread = Mutex(pthread_t())

    init(path: String) { self.path = path }

    func start() {
        thread.withLock { thread in
            _ = pthread_create(
                &thread, nil,
                { context in
                    Unmanaged<Writer>.fromOpaque(context!).takeUnretainedValue().work()
                    return nil
                }, Unmanaged.passUnretained(self).toOpaque())
        }
    }

    func join() { thread.withLock { _ = pthread_join($0, nil) } }

    private func work() {
        let file = open(path, O_WRONLY | O_APPEND)
        repeat {
            write(file, "x", 1)
            isStarted.store(true, ordering: .releasing)
        } while !isDone.load(ordering: .acquiring)
        close(file)
    }
}
