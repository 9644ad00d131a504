@preconcurrency import Dispatch
import Glibc
import Synchronization

/// Says that something happened somewhere in the inbox. It wakes a scan and is never the truth about what is there:
/// network file systems send no events, and the kernel drops events when too many come.
package final class InotifyWaker: Sendable {
    /// Why a scan is due.
    package enum Wake: Sendable, Hashable {
        case changed
        /// The kernel dropped events.
        case overflow
    }

    /// Wakes, at most one waiting. Ends after `stop()`.
    package let wakes: AsyncStream<Wake>
    private let continuation: AsyncStream<Wake>.Continuation
    private let root: String
    private let maximumDepth: Int
    private let maximumWatches: Int
    private let descriptor: Int32
    private let source: any DispatchSourceRead
    private let tree = Mutex(WatchTree())

    /// Only the queue of the source changes it once that runs.
    private struct WatchTree {
        /// The path of each folder that has a watch.
        var folders: [Int32: [[UInt8]]] = [:]
        /// Folders that could not be given one.
        var missed = 0
    }

    /// Watches `root` and every folder below it.
    ///
    /// - Parameters:
    ///   - maximumDepth: levels of sub-folders.
    ///   - maximumWatches: folders that get a watch; in those beyond it, as where the kernel grants no more, the periodic
    ///     scan alone sees changes.
    /// - Throws: `INOTIFY_UNAVAILABLE`; the service then lives by the periodic scan alone.
    package init(root: String, maximumDepth: Int = 16, maximumWatches: Int = 8192) throws(WatchError) {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard descriptor >= 0 else { throw Self.unavailable(.last("inotify_init1"), root) }
        self.root = root
        self.maximumDepth = maximumDepth
        self.maximumWatches = maximumWatches
        self.descriptor = descriptor
        (wakes, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        source = DispatchSource.makeReadSource(
            fileDescriptor: descriptor, queue: DispatchQueue(label: "fcdwatch.inotify"))
        do throws(SystemCallError) {
            try watchTree()
        } catch {
            source.setCancelHandler { close(descriptor) }
            source.resume()
            source.cancel()
            throw Self.unavailable(error, root)
        }
        source.setEventHandler { [weak self] in self?.drain() }
        source.setCancelHandler { [continuation] in
            close(descriptor)
            continuation.finish()
        }
        source.resume()
    }

    deinit { source.cancel() }

    /// Ends `wakes`.
    package func stop() { source.cancel() }

    /// Folders that have a watch, and folders that could not be given one.
    package var coverage: (watched: Int, unwatched: Int) { tree.withLock { ($0.folders.count, $0.missed) } }

    /// Reads all events there are; their content matters only in that a new folder needs a watch.
    private func drain() {
        var events = InotifyEvents()
        withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: MemoryLayout<inotify_event>.alignment) { buffer in
            while true {
                let got = read(descriptor, buffer.baseAddress!, buffer.count)
                guard got > 0 else { break }
                events.add(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
            }
        }
        let ended = events.ended
        tree.withLock { tree in
            for watch in ended { tree.folders[watch] = nil }
        }
        do throws(SystemCallError) {
            // Dropped events may have told of folders.
            if events.isOverflow { try watchTree() }
        } catch {
            // The root is gone or unreadable: the scan that this wake starts reports it.
            tree.withLock { $0.missed += 1 }
        }
        for folder in events.newFolders { watchNew(folder) }
        if events.isChanged || events.isOverflow { continuation.yield(events.isOverflow ? .overflow : .changed) }
    }

    /// Adds watches top-down. A folder is watched before it is listed, so nothing made in it meanwhile is missed;
    /// adding a watch twice changes nothing.
    private func watchTree() throws(SystemCallError) {
        let top = try Descriptor.folder(root)
        tree.withLock { $0 = WatchTree() }
        try watch(top, at: [])
    }

    /// Watches a folder that appeared, and what it holds already.
    private func watchNew(_ new: InotifyEvents.NewFolder) {
        guard let parent = tree.withLock({ $0.folders[new.watch] }), parent.count < maximumDepth else { return }
        let path = parent + [new.name]
        do throws(SystemCallError) {
            try watch(try Descriptor.walk(root, path), at: path)
        } catch {
            noteMissed(error)
        }
    }

    private func watch(_ folder: borrowing Descriptor, at path: [[UInt8]]) throws(SystemCallError) {
        guard coverage.watched < maximumWatches else { return tree.withLock { $0.missed += 1 } }
        // By descriptor, so that no link can be slipped in between looking and watching.
        let watch = inotify_add_watch(descriptor, "/proc/self/fd/\(folder.raw)", InotifyEvents.mask)
        guard watch >= 0 else { throw .last("inotify_add_watch") }
        // A folder that was renamed keeps its watch under its new path.
        tree.withLock { $0.folders[watch] = path }
        guard path.count < maximumDepth else { return }
        let listing = try FolderListing(folder)
        while let name = try listing.next() {
            // So a folder of a hundred thousand files costs no look at any of them.
            if name.isFolder == false { continue }
            do throws(SystemCallError) {
                let bytes = Array(name.bytes)
                if name.isFolder == nil, try folder.status(of: bytes).st_mode & S_IFMT != S_IFDIR { continue }
                try self.watch(try folder.folder(bytes), at: path + [bytes])
            } catch {
                noteMissed(error)
            }
        }
    }

    /// Counts a folder that got no watch; one that is gone is none.
    private func noteMissed(_ error: SystemCallError) {
        if ![ENOENT, ENOTDIR, ELOOP].contains(error.number) { tree.withLock { $0.missed += 1 } }
    }

    private static func unavailable(_ cause: SystemCallError, _ root: String) -> WatchError {
        WatchError(
            .inotifyUnavailable,
            "The inbox cannot be watched for events; it is scanned every inbox.rescanSeconds instead.",
            subject: root, cause: cause)
    }
}
