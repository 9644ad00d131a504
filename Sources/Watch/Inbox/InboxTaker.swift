import Crypto
import Glibc

/// Brings inbox files into the spool, hashing the very bytes it copies, and removes what was taken.
///
/// Blocks while it copies: call it off the cooperative pool.
package struct InboxTaker: Sendable {
    /// The inbox.
    package let root: String
    /// Private folder on any file system; must exist.
    package let spool: String
    /// Bytes; a larger file is refused.
    package let maximumFileBytes: Int64
    /// Bytes that must stay free in the spool's file system after a copy.
    package let reserveBytes: Int64

    private static let unfinishedPrefix = ".take-"
    private static let chunkBytes = 1 << 20
    /// Inodes that must stay free: the ledger's journal and a report need some.
    private static let reserveInodes: UInt = 64

    package init(root: String, spool: String, maximumFileBytes: Int64, reserveBytes: Int64) {
        self.root = root
        self.spool = spool
        self.maximumFileBytes = maximumFileBytes
        self.reserveBytes = reserveBytes
    }

    /// Copies and hashes one file. The copy is on disk, synchronised and whole when this returns `.taken`.
    package func take(_ entry: InboxEntry) -> TakeOutcome {
        if let refusal = entry.refusal { return .refused(refusal) }
        do throws(SystemCallError) {
            let folder = try Descriptor.walk(root, Array(entry.path.components.dropLast()))
            // O_NONBLOCK: a pipe that took the file's place must not hold the night up.
            let source = try folder.openAt(entry.path.name, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
            return take(source, try source.status(), as: entry)
        } catch {
            return Self.outcome(ofOpening: error)
        }
    }

    private func take(_ source: borrowing Descriptor, _ before: stat, as entry: InboxEntry) -> TakeOutcome {
        guard before.st_mode & S_IFMT == S_IFREG else { return .refused(.notARegularFile) }
        guard before.st_nlink <= 1 else { return .refused(.hardLinked) }
        guard FileIdentity(before) == entry.identity else { return .changedDuringCopy }
        guard before.st_size > 0 else { return .refused(.empty) }
        guard before.st_size <= maximumFileBytes else { return .refused(.tooLarge) }
        do throws(SystemCallError) {
            return try copy(source, before)
        } catch {
            return failure(error)
        }
    }

    private func copy(_ source: borrowing Descriptor, _ before: stat) throws(SystemCallError) -> TakeOutcome {
        let spoolFolder = try Descriptor.folder(spool)
        guard try hasRoom(spoolFolder, bytes: before.st_size) else { throw SystemCallError("fstatvfs", ENOSPC) }
        let name = Hex.random(bytes: 16)
        let unfinished = Array((Self.unfinishedPrefix + name).utf8)
        let target = try spoolFolder.openAt(unfinished, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        var isFinished = false
        defer {
            // A failure to clean up changes nothing: `removeUnfinished` does it at the next start.
            if !isFinished { _ = Descriptor.withName(unfinished) { unlinkat(spoolFolder.raw, $0, 0) } }
        }
        let digest: String
        do throws(CopyFault) {
            digest = try Self.pump(source, target, bytes: Int64(before.st_size))
        } catch {
            switch error {
            case .sourceChanged: return .changedDuringCopy
            case .sourceFailed(let cause): return Self.sourceFailure(cause)
            case .targetFailed(let cause): throw cause
            }
        }
        let after = try source.status()
        guard FileIdentity(after) == FileIdentity(before), after.st_nlink == before.st_nlink,
            after.st_ctim.tv_sec == before.st_ctim.tv_sec, after.st_ctim.tv_nsec == before.st_ctim.tv_nsec
        else { return .changedDuringCopy }
        try target.sync()
        let renamed = Descriptor.withName(unfinished) { from in
            name.withCString { renameat(spoolFolder.raw, from, spoolFolder.raw, $0) }
        }
        guard renamed == 0 else { throw .last("renameat") }
        isFinished = true
        try spoolFolder.sync()
        return .taken(
            TakenFile(
                sha256: digest, size: Int64(before.st_size), spoolName: name, identity: FileIdentity(before)))
    }

    private enum CopyFault: Error {
        case sourceChanged
        case sourceFailed(SystemCallError)
        case targetFailed(SystemCallError)
    }

    /// Copies exactly `bytes` bytes. - Returns: their SHA-256.
    private static func pump(
        _ source: borrowing Descriptor, _ target: borrowing Descriptor, bytes: Int64
    ) throws(CopyFault) -> String {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 4096)
        defer { buffer.deallocate() }
        var hash = SHA256()
        var copied: Int64 = 0
        while true {
            let got = read(source.raw, buffer.baseAddress!, buffer.count)
            guard got >= 0 else {
                if errno == EINTR { continue }
                throw .sourceFailed(.last("read"))
            }
            if got == 0 { break }
            copied += Int64(got)
            guard copied <= bytes else { throw .sourceChanged }
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<got]))
            var written = 0
            while written < got {
                let put = write(target.raw, buffer.baseAddress! + written, got - written)
                guard put >= 0 else {
                    if errno == EINTR { continue }
                    throw .targetFailed(.last("write"))
                }
                written += put
            }
        }
        guard copied == bytes else { throw .sourceChanged }
        return Hex.encode(hash.finalize())
    }

    private func hasRoom(_ spoolFolder: borrowing Descriptor, bytes: Int) throws(SystemCallError) -> Bool {
        var space = statvfs()
        guard fstatvfs(spoolFolder.raw, &space) == 0 else { throw .last("fstatvfs") }
        let free = Int64(
            clamping: UInt64(space.f_bavail).multipliedReportingOverflow(by: UInt64(space.f_frsize)).partialValue)
        // Some file systems count no inodes and report none of any.
        let hasInodes = space.f_files == 0 || space.f_favail > Self.reserveInodes
        return hasInodes && free >= Int64(bytes) + reserveBytes
    }

    private static func outcome(ofOpening error: SystemCallError) -> TakeOutcome {
        switch error.number {
        case ENOENT: .vanished
        case ELOOP: .refused(.symlink)
        case EACCES, EPERM: .refused(.unreadable)
        case ENXIO, ENODEV: .refused(.notARegularFile)
        case ENOTDIR: .changedDuringCopy
        default: sourceFailure(error)
        }
    }

    private static func sourceFailure(_ cause: SystemCallError) -> TakeOutcome {
        .failed(
            WatchError(
                .ioFailed, "A file in the inbox could not be read. Check the inbox's storage; it is tried again.",
                cause: cause))
    }

    private func failure(_ cause: SystemCallError) -> TakeOutcome {
        if cause.isNoSpace {
            return .noSpace(
                WatchError(
                    .noSpace, "The spool is full. Free some space; work goes on by itself.", subject: spool,
                    cause: cause))
        }
        if cause.isReadOnly {
            return .noSpace(
                WatchError(
                    .readOnlyStorage, "The spool is read-only. Mount it writable; work goes on by itself.",
                    subject: spool, cause: cause))
        }
        return .failed(
            WatchError(
                .ioFailed, "A file could not be written to the spool. Check its storage; it is tried again.",
                subject: spool, cause: cause))
    }

    /// Removes copies that a crash left half made. Call once at start, before the first `take`.
    ///
    /// - Returns: how many there were.
    package func removeUnfinished() throws(WatchError) -> Int {
        do throws(SystemCallError) {
            let folder = try Descriptor.folder(spool)
            var removed = 0
            for name in try folder.names(limit: 1_000_000).names
            where name.starts(with: Array(Self.unfinishedPrefix.utf8)) {
                try folder.unlink(name)
                removed += 1
            }
            return removed
        } catch {
            throw WatchError(
                .ioFailed, "The spool cannot be cleaned. Check that the service may write there.", subject: spool,
                cause: error)
        }
    }
}
