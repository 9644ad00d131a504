import Glibc
import Testing
import Watch

@Suite struct InotifyEventsTests {
    private func read(_ list: [(watch: Int32, mask: Int, name: String)]) -> InotifyEvents {
        var bytes: [UInt8] = []
        for (watch, mask, name) in list {
            let padded = name.isEmpty ? [] : Array(name.utf8) + [UInt8](repeating: 0, count: 16 - name.utf8.count % 16)
            var event = inotify_event()
            (event.wd, event.mask, event.len) = (watch, UInt32(mask), UInt32(padded.count))
            withUnsafeBytes(of: event) { bytes += $0 }
            bytes += padded
        }
        var events = InotifyEvents()
        bytes.withUnsafeBytes { events.add($0) }
        return events
    }

    @Test func droppedEventsAreSaid() {
        let events = read([(1, Int(IN_CREATE), "a"), (-1, Int(IN_Q_OVERFLOW), "")])
        #expect(events.isOverflow)
        #expect(events.isChanged)
    }

    @Test func endedWatchesAreNoNewsOfTheInbox() {
        let events = read([(7, Int(IN_IGNORED), "")])
        #expect(!events.isChanged && !events.isOverflow)
        #expect(events.ended == [7])
    }

    @Test func newFoldersAreNamed() {
        let events = read([
            (1, Int(IN_CREATE) | Int(IN_ISDIR), "made"), (2, Int(IN_MOVED_TO) | Int(IN_ISDIR), "moved"),
            (1, Int(IN_ATTRIB) | Int(IN_ISDIR), "touched"), (1, Int(IN_CLOSE_WRITE), "file"),
        ])
        #expect(
            events.newFolders == [
                .init(watch: 1, name: Array("made".utf8)), .init(watch: 2, name: Array("moved".utf8)),
            ])
        #expect(events.isChanged)
    }

    @Test func aCutBufferIsReadAsFarAsItIsWhole() {
        var bytes = [UInt8](repeating: 0, count: MemoryLayout<inotify_event>.size + 4)
        var event = inotify_event()
        (event.mask, event.len) = (UInt32(IN_CREATE), 16)
        withUnsafeBytes(of: event) { bytes.replaceSubrange(0..<$0.count, with: $0) }
        var events = InotifyEvents()
        bytes.withUnsafeBytes { events.add($0) }
        #expect(!events.isChanged)
    }
}
