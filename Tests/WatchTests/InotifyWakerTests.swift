import Glibc
import Testing
import Watch

@Suite(.timeLimit(.minutes(10))) struct InotifyWakerTests {
    @Test func aNewFileWakes() async throws {
        let folder = try TemporaryFolder()
        let waker = try InotifyWaker(root: folder.path)
        try folder.write("a.dcm")
        var wakes = waker.wakes.makeAsyncIterator()
        #expect(await wakes.next() == .changed)
        waker.stop()
    }

    @Test func aFileInAFolderMadeLaterWakes() async throws {
        let folder = try TemporaryFolder()
        let waker = try InotifyWaker(root: folder.path)
        var wakes = waker.wakes.makeAsyncIterator()
        try folder.makeFolder("one/two")
        // One wake may stand for both folders; the watch is there when coverage says so.
        while waker.coverage.watched < 3 { #expect(await wakes.next() != nil) }
        try folder.write("one/two/late.dcm")
        #expect(await wakes.next() == .changed)
        waker.stop()
    }

    @Test func foldersThatWereThereAreWatched() async throws {
        let folder = try TemporaryFolder()
        try folder.makeFolder("a/b/c")
        symlink("/", folder.path + "/link")
        let waker = try InotifyWaker(root: folder.path)
        #expect(waker.coverage == (4, 0))
        try folder.write("a/b/c/file")
        var wakes = waker.wakes.makeAsyncIterator()
        #expect(await wakes.next() == .changed)
        waker.stop()
    }

    @Test func stoppingEndsTheWakes() async throws {
        let folder = try TemporaryFolder()
        let waker = try InotifyWaker(root: folder.path)
        waker.stop()
        for await _ in waker.wakes {}
    }

    @Test func aMissingInboxIsAnError() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: WatchError.self) { try InotifyWaker(root: folder.path + "/none") }
        #expect(error?.code == .inotifyUnavailable)
    }

    @Test func aFolderThatIsRenamedIsWatchedUnderItsNewName() async throws {
        let folder = try TemporaryFolder()
        try folder.makeFolder("a/b")
        let waker = try InotifyWaker(root: folder.path)
        var wakes = waker.wakes.makeAsyncIterator()
        rename(folder.path + "/a", folder.path + "/z")
        #expect(await wakes.next() == .changed)
        try folder.makeFolder("z/b/c")
        while waker.coverage.watched < 4 { #expect(await wakes.next() != nil) }
        try folder.write("z/b/c/file")
        #expect(await wakes.next() == .changed)
        #expect(waker.coverage == (4, 0))
        waker.stop()
    }

    @Test func foldersBeyondTheBoundAreLeftToThePeriodicScan() throws {
        let folder = try TemporaryFolder()
        for index in 0..<10 { try folder.makeFolder("f\(index)") }
        let waker = try InotifyWaker(root: folder.path, maximumWatches: 4)
        #expect(waker.coverage == (4, 7))
        waker.stop()
    }
}
