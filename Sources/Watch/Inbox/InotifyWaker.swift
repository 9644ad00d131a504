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
    private let descriptor: Int32
    private let source: any DispatchSourceRead
    private let watched = Mutex(0)
    private let unwatched = Mutex(0)

    private static let mask =
        UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO) | UInt32(IN_MOVED_FROM) | UInt32(IN_CREATE) | UInt32(IN_DELETE)
        | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_ATTRIB) | UInt32(IN_ONLYDIR)
    /// Folders with a watch; beyond it the periodic scan alone sees changes.
    private static let maximumWatches = 8192

    /// Watches `root` and every folder below it.
    ///
    /// - Throws: `INOTIFY_UNAVAILABLE`; the service then lives by the periodic scan alone.
    package init(root: String, maximumDepth: Int = 16) throws(WatchError) {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard descriptor >= 0 else { throw Self.unavailable(.last("inotify_init1"), root) }
        self.root = root
        self.maximumDepth = maximumDepth
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
    package var coverage: (watched: Int, unwatched: Int) { (watched.withLock { $0 }, unwatched.withLock { $0 }) }

    /// Reads all events there are; their content matters only in that a new folder needs a watch.
    private func drain() {
        var hasFolderChange = false
        var isOverflow = false
        withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: MemoryLayout<inotify_event>.alignment) { buffer in
            while true {
                let got = read(descriptor, buffer.baseAddress!, buffer.count)
                guard got > 0 else { break }
                var offset = 0
                while offset + MemoryLayout<inotify_event>.size <= got {
                    let event = buffer.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                    if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { isOverflow = true }
                    if event.mask & UInt32(IN_ISDIR) != 0 { hasFolderChange = true }
                    offset += MemoryLayout<inotify_event>.size + Int(event.len)
                }
            }
        }
        if hasFolderChange || isOverflow {
            do throws(SystemCallError) {
                try watchTree()
            } catch {
                // The root is gone or unreadable: the scan that this wake starts reports it.
                unwatched.withLock { $0 += 1 }
            }
        }
        continuation.yield(isOverflow ? .overflow : .changed)
    }

    /// Adds watches top-down. A folder is watched before it is listed, so nothing made in it meanwhile is missed;
    /// adding a watch twice changes nothing.
    private func watchTree() throws(SystemCallError) {
        var count = 0
        var missed = 0
        let top = try Descriptor.folder(root)
        try watch(top, depth: 0, count: &count, missed: &missed)
        watched.withLock { $0 = count }
        unwatched.withLock { $0 = missed }
    }

    private func watch(
        _ folder: borrowing Descriptor, depth: Int, count: inout Int, missed: inout Int
    ) throws(SystemCallError) {
        // By descriptor, so that no link can be slipped in between looking and watching.
        guard inotify_add_watch(descriptor, "/proc/self/fd/\(folder.raw)", Self.mask) >= 0 else {
            throw .last("inotify_add_watch")
        }
        count += 1
        guard depth < maximumDepth else { return }
        for name in try folder.names(limit: 200_000).names {
            do throws(SystemCallError) {
                guard try folder.status(of: name).st_mode & S_IFMT == S_IFDIR else { continue }
                guard count < Self.maximumWatches else {
                    missed += 1
                    continue
                }
                let inner = try folder.folder(name)
                try watch(inner, depth: depth + 1, count: &count, missed: &missed)
            } catch {
                if ![ENOENT, ENOTDIR, ELOOP].contains(error.number) { missed += 1 }
            }
        }
    }

    private static func unavailable(_ cause: SystemCallError, _ root: String) -> WatchError {
        WatchError(
            .inotifyUnavailable,
            "The inbox cannot be watched for events; it is scanned every inbox.rescanSeconds instead.",
            subject: root, cause: cause)
    }
}
