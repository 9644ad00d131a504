import Testing
import Watch

@Suite struct ReadyFilesTests {
    private func entry(_ name: String, mtime: Int64 = 0, size: Int64 = 1) -> InboxEntry {
        InboxEntry(
            path: InboxPath(components: [Array(name.utf8)]), kind: .regular,
            identity: FileIdentity(device: 1, inode: 1, size: size, mtimeNS: mtime))
    }

    private func names(_ entries: [InboxEntry]) -> [String] { entries.map(\.path.escaped) }

    @Test func theOldestGoFirst() {
        var ready = ReadyFiles()
        for (name, seen, mtime) in [("new", 9, 1), ("b", 5, 2), ("a", 5, 2), ("old", 5, 1)] as [(String, Int64, Int64)]
        {
            ready.add(firstSeenNS: seen, mtimeNS: mtime, entry: entry(name, mtime: mtime))
        }
        ready.sort()
        let batch1 = names(ready.next(maximumFiles: 3, maximumBytes: .max))
        #expect(batch1 == ["old", "a", "b"])
        #expect(ready.count == 1)
        let batch2 = names(ready.next(maximumFiles: 3, maximumBytes: .max))
        #expect(batch2 == ["new"])
        #expect(ready.isEmpty)
    }

    @Test func aBoundedListHoldsTheOldestOfAll() {
        var ready = ReadyFiles(limit: 50)
        for index in (0..<1000).shuffled() {
            ready.add(firstSeenNS: Int64(index / 4), mtimeNS: 0, entry: entry("\(1000 + index)"))
        }
        ready.sort()
        #expect(ready.count == 1000)
        let taken = ready.next(maximumFiles: 100, maximumBytes: .max)
        #expect(names(taken) == (0..<50).map { "\(1000 + $0)" })
        #expect(ready.isEmpty)
        #expect(ready.count == 950)
    }

    @Test func pathsOfTheRestAreNeverMade() {
        var ready = ReadyFiles(limit: 10)
        var made = 0
        func make(_ index: Int) -> InboxEntry {
            made += 1
            return entry("\(index)")
        }
        for index in 0..<1000 { ready.add(firstSeenNS: Int64(index), mtimeNS: 0, entry: make(index)) }
        #expect(made == 10)
    }

    @Test func aBatchIsBoundedInBytesButNeverEmpty() {
        var ready = ReadyFiles()
        for index in 0..<4 { ready.add(firstSeenNS: Int64(index), mtimeNS: 0, entry: entry("\(index)", size: 100)) }
        ready.sort()
        let batch3 = names(ready.next(maximumFiles: 9, maximumBytes: 150))
        #expect(batch3 == ["0", "1"])
        let batch4 = names(ready.next(maximumFiles: 9, maximumBytes: 1))
        #expect(batch4 == ["2"])
    }

    @Test func whatIsPutBackComesNext() {
        var ready = ReadyFiles()
        for index in 0..<4 { ready.add(firstSeenNS: Int64(index), mtimeNS: 0, entry: entry("\(index)")) }
        ready.sort()
        let batch = ready.next(maximumFiles: 2, maximumBytes: .max)
        ready.putBack(batch)
        #expect(ready.count == 4)
        let batch5 = names(ready.next(maximumFiles: 3, maximumBytes: .max))
        #expect(batch5 == ["0", "1", "2"])
    }
}
