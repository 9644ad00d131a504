import Glibc

/// Held by the one daemon that owns a state folder; the kernel lets go when the process ends, however it ends.
package struct InstanceLock: ~Copyable, Sendable {
    private let file: Descriptor

    private static let mostLooks = 5
    private static let microsecondsBetweenLooks: UInt32 = 20_000
    private static func path(_ folder: String) -> String { folder + "/fcdwatch.lock" }

    /// - Parameter folder: the state folder.
    /// - Throws: `ALREADY_RUNNING` (exit status 75) where another process holds it, `STATE_UNWRITABLE` where the file
    ///   cannot be made.
    package init(folder: String) throws(WatchError) {
        try SpoolFolder.make(folder)
        let raw = open(Self.path(folder), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard raw >= 0 else {
            throw WatchError(
                .stateUnwritable,
                "The state folder cannot be written. Check that it exists and belongs to the service.",
                subject: folder, cause: SystemCallError.last("open"))
        }
        let file = Descriptor(raw)
        var looks = 0
        while flock(raw, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            let cause = SystemCallError.last("flock")
            // `isHeld` of a command holds it for an instant: one that is still held after a while is a service's.
            looks += 1
            if cause.number == EWOULDBLOCK, looks < Self.mostLooks {
                usleep(Self.microsecondsBetweenLooks)
                continue
            }
            guard cause.number == EWOULDBLOCK else {
                throw WatchError(
                    .stateUnwritable, "The state folder cannot be locked. Put it on a local disk.", subject: folder,
                    cause: cause)
            }
            throw WatchError(
                .alreadyRunning, "Another fcdwatch works on this state folder. Stop it, or use one of its own.",
                subject: folder, cause: cause)
        }
        self.file = file
    }

    /// Whether a service works on the state folder; nil where that cannot be told.
    package static func isHeld(folder: String) -> Bool? {
        let raw = open(path(folder), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard raw >= 0 else { return errno == ENOENT ? false : nil }
        let file = Descriptor(raw)
        while flock(file.raw, LOCK_SH | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            return errno == EWOULDBLOCK ? true : nil
        }
        return false
    }
}
