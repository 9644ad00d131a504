import Glibc

/// What a read from an inotify descriptor says, as far as the inbox is concerned.
package struct InotifyEvents: Sendable {
    /// A folder that appeared below a watched one.
    package struct NewFolder: Sendable, Hashable {
        /// Watch of the folder that it appeared in.
        package var watch: Int32
        package var name: [UInt8]

        package init(watch: Int32, name: [UInt8]) {
            self.watch = watch
            self.name = name
        }
    }

    /// Something appeared or changed. What was removed is not news: the service itself removes what it takes.
    package var isChanged = false
    /// The kernel dropped events.
    package var isOverflow = false
    package var newFolders: [NewFolder] = []
    /// Watches that ended with their folders.
    package var ended: [Int32] = []

    package init() {}

    /// What is asked for.
    static let mask =
        UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO) | UInt32(IN_CREATE) | UInt32(IN_ATTRIB) | UInt32(IN_ONLYDIR)

    /// Adds the events in a buffer that `read` filled.
    package mutating func add(_ buffer: UnsafeRawBufferPointer) {
        let header = MemoryLayout<inotify_event>.size
        var offset = 0
        while offset + header <= buffer.count {
            let event = buffer.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
            let nameStart = offset + header
            offset = nameStart + Int(event.len)
            guard offset <= buffer.count else { return }
            if event.mask & UInt32(IN_Q_OVERFLOW) != 0 {
                isOverflow = true
            } else if event.mask & UInt32(IN_IGNORED) != 0 {
                ended.append(event.wd)
            } else {
                isChanged = true
                if event.mask & UInt32(IN_ISDIR) != 0, event.mask & UInt32(IN_CREATE | IN_MOVED_TO) != 0 {
                    // Filled up with zero bytes.
                    let name = buffer[nameStart..<offset].prefix { $0 != 0 }
                    newFolders.append(NewFolder(watch: event.wd, name: Array(name)))
                }
            }
        }
    }
}
