import Glibc

/// Held by the one daemon that owns a state folder; the kernel lets go when the process ends, however it ends.
package struct InstanceLock: ~Copyable, Sendable {
    private let file: Descriptor

    /// - Parameter folder: the state folder.
    /// - Throws: `ALREADY_RUNNING` (exit status 75) where another process holds it, `STATE_UNWRITABLE` where the file
    ///   cannot be made.
    package init(folder: String) throws(WatchError) {
        try SpoolFolder.make(folder)
        let path = folder + "/fcdwatch.lock"
        let raw = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard raw >= 0 else {
            throw WatchError(
                .stateUnwritable,
                "The state folder cannot be written. Check that it exists and belongs to the service.",
                subject: folder, cause: SystemCallError.last("open"))
        }
        let file = Descriptor(raw)
        while flock(raw, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            let cause = SystemCallError.last("flock")
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
}
