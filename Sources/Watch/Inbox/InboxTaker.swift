import CSystemd
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
        take([entry])[0]
    }

    /// Copies and hashes files; all copies are on disk, synchronised and whole when this returns.
    ///
    /// Synchronising many files at once costs little more than one: the first waits for the file system's journal, and
    /// the others are in it already. Each copy keeps its file open, so give it some hundred at most.
    /// - Parameter onFile: called after each file.
    /// - Returns: one outcome for each entry, in order; fewer where one was `.noSpace`, which is then the last.
    package func take(_ entries: [InboxEntry], onFile: () -> Void = {}) -> [TakeOutcome] {
        let spoolFolder: Descriptor
        do throws(SystemCallError) {
            spoolFolder = try Descriptor.folder(spool)
        } catch {
            return entries.map { $0.refusal.map(TakeOutcome.refused) ?? failure(error) }
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkBytes, alignment: 4096)
        defer { buffer.deallocate() }
        var attempts: [Attempt] = []
        for entry in entries {
            let attempt = copy(entry, spoolFolder, buffer)
            attempts.append(attempt)
            onFile()
            if case .ended(.noSpace) = attempt { break }
        }
        return finish(attempts, spoolFolder, onFile)
    }

    private enum Attempt {
        case ended(TakeOutcome)
        /// Written, but neither on the disk nor under its name.
        case copied(UnfinishedCopy)
    }

    private func copy(
        _ entry: InboxEntry, _ spoolFolder: borrowing Descriptor, _ buffer: UnsafeMutableRawBufferPointer
    ) -> Attempt {
        if let refusal = entry.refusal { return .ended(.refused(refusal)) }
        do throws(SystemCallError) {
            let folder = try Descriptor.walk(root, Array(entry.path.components.dropLast()))
            // O_NONBLOCK: a pipe that took the file's place must not hold the night up.
            let source = try folder.openAt(entry.path.name, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
            return copy(source, try source.status(), as: entry, spoolFolder, buffer)
        } catch {
            return .ended(Self.outcome(ofOpening: error))
        }
    }

    private func copy(
        _ source: borrowing Descriptor, _ before: stat, as entry: InboxEntry, _ spoolFolder: borrowing Descriptor,
        _ buffer: UnsafeMutableRawBufferPointer
    ) -> Attempt {
        guard before.st_mode & S_IFMT == S_IFREG else { return .ended(.refused(.notARegularFile)) }
        guard before.st_nlink <= 1 else { return .ended(.refused(.hardLinked)) }
        guard FileIdentity(before) == entry.identity else { return .ended(.changedDuringCopy) }
        guard before.st_size > 0 else { return .ended(.refused(.empty)) }
        guard before.st_size <= maximumFileBytes else { return .ended(.refused(.tooLarge)) }
        do throws(SystemCallError) {
            return try copy(source, before, spoolFolder, buffer)
        } catch {
            return .ended(failure(error))
        }
    }

    private func copy(
        _ source: borrowing Descriptor, _ before: stat, _ spoolFolder: borrowing Descriptor,
        _ buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemCallError) -> Attempt {
        guard try hasRoom(spoolFolder, bytes: before.st_size) else { throw SystemCallError("fstatvfs", ENOSPC) }
        let name = Hex.random(bytes: 16)
        let unfinished = Array((Self.unfinishedPrefix + name).utf8)
        let target = try spoolFolder.openAt(unfinished, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        var isWhole = false
        defer { if !isWhole { Self.drop(unfinished, spoolFolder) } }
        let digest: String
        do throws(CopyFault) {
            digest = try Self.pump(source, target, bytes: Int64(before.st_size), buffer)
        } catch {
            switch error {
            case .sourceChanged: return .ended(.changedDuringCopy)
            case .sourceFailed(let cause): return .ended(Self.sourceFailure(cause))
            case .targetFailed(let cause): throw cause
            }
        }
        let after = try source.status()
        guard FileIdentity(after) == FileIdentity(before), after.st_nlink == before.st_nlink,
            after.st_ctim.tv_sec == before.st_ctim.tv_sec, after.st_ctim.tv_nsec == before.st_ctim.tv_nsec
        else { return .ended(.changedDuringCopy) }
        // Begins writing now, so that the wait for the disk comes while the next files are copied. Advice only.
        _ = fcdwatch_start_writing(target.raw)
        isWhole = true
        let file = TakenFile(
            sha256: digest, size: Int64(before.st_size), spoolName: name, identity: FileIdentity(before))
        return .copied(UnfinishedCopy(target: target, name: unfinished, file: file))
    }

    /// Brings copies to the disk, then under their names, then the names to the disk.
    private func finish(
        _ attempts: [Attempt], _ spoolFolder: borrowing Descriptor, _ onFile: () -> Void
    ) -> [TakeOutcome] {
        var outcomes: [TakeOutcome] = []
        for attempt in attempts {
            switch attempt {
            case .ended(let outcome): outcomes.append(outcome)
            case .copied(let copy):
                do throws(SystemCallError) {
                    try copy.target.sync()
                    try Self.name(copy, spoolFolder)
                    outcomes.append(.taken(copy.file))
                } catch {
                    Self.drop(copy.name, spoolFolder)
                    outcomes.append(failure(error))
                }
                onFile()
            }
        }
        do throws(SystemCallError) {
            if outcomes.contains(where: { $0.file != nil }) { try spoolFolder.sync() }
        } catch {
            return outcomes.map { outcome in
                guard let file = outcome.file else { return outcome }
                Self.drop(Array(file.spoolName.utf8), spoolFolder)
                return failure(error)
            }
        }
        return outcomes
    }

    private static func name(
        _ copy: UnfinishedCopy, _ spoolFolder: borrowing Descriptor
    ) throws(SystemCallError) {
        let renamed = Descriptor.withName(copy.name) { from in
            copy.file.spoolName.withCString { renameat(spoolFolder.raw, from, spoolFolder.raw, $0) }
        }
        guard renamed == 0 else { throw .last("renameat") }
    }

    /// A failure to clean up changes nothing: the next start does it.
    private static func drop(_ name: [UInt8], _ spoolFolder: borrowing Descriptor) {
        _ = Descriptor.withName(name) { unlinkat(spoolFolder.raw, $0, 0) }
    }

    private enum CopyFault: Error {
        case sourceChanged
        case sourceFailed(SystemCallError)
        case targetFailed(SystemCallError)
    }

    /// Copies exactly `bytes` bytes. - Returns: their SHA-256.
    private static func pump(
        _ source: borrowing Descriptor, _ target: borrowing Descriptor, bytes: Int64,
        _ buffer: UnsafeMutableRawBufferPointer
    ) throws(CopyFault) -> String {
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
            let prefix = Array(Self.unfinishedPrefix.utf8)
            var removed = 0
            // In rounds, so that a full spool's names are never all in memory.
            while true {
                let listing = try FolderListing(folder)
                var names: [[UInt8]] = []
                while names.count < 1024, let name = try listing.next() {
                    if name.bytes.starts(with: prefix) { names.append(Array(name.bytes)) }
                }
                guard !names.isEmpty else { break }
                for name in names { try folder.unlink(name) }
                removed += names.count
            }
            return removed
        } catch {
            throw WatchError(
                .ioFailed, "The spool cannot be cleaned. Check that the service may write there.", subject: spool,
                cause: error)
        }
    }
}

/// A copy that is written but not yet safe. Closes its file when it is let go.
private final class UnfinishedCopy {
    let target: Descriptor
    let name: [UInt8]
    let file: TakenFile

    init(target: consuming Descriptor, name: [UInt8], file: TakenFile) {
        self.target = target
        self.name = name
        self.file = file
    }
}
