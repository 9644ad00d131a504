import Glibc

/// The few file system calls that a private file needs.
enum LedgerFile {
    /// What `lstat` says of a path; nil where nothing is there.
    struct Facts {
        var isRegular: Bool
        /// Permission bits.
        var mode: mode_t
        var owner: uid_t
        var size: Int
    }

    static func facts(_ path: String) throws(LedgerError) -> Facts? {
        var raw = stat()
        guard lstat(path, &raw) == 0 else {
            if errno == ENOENT { return nil }
            throw failure("looked at")
        }
        return facts(raw)
    }

    static func facts(_ raw: stat) -> Facts {
        Facts(
            isRegular: raw.st_mode & S_IFMT == S_IFREG, mode: raw.st_mode & 0o7777, owner: raw.st_uid,
            size: Int(raw.st_size))
    }

    /// Makes a new file that only its owner can read, whatever the umask, and makes the folder remember it.
    ///
    /// - Throws: `LEDGER_FILE_EXISTS` where something is there already, and what the file system says.
    static func createPrivate(_ path: String, holding bytes: [UInt8] = []) throws(LedgerError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("made") }
        let whole =
            fchmod(descriptor, 0o600) == 0
            && (bytes.isEmpty || write(descriptor, bytes, bytes.count) == bytes.count)
            && fsync(descriptor) == 0
        guard whole else {
            let error = failure("written")
            close(descriptor)
            unlink(path)
            throw error
        }
        close(descriptor)
        try synchronise(folder(of: path))
    }

    /// Forces a file or a folder to the disk.
    static func synchronise(_ path: String) throws(LedgerError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("opened") }
        let status = fsync(descriptor)
        let error = failure("forced to the disk")
        close(descriptor)
        guard status == 0 else { throw error }
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The error for the present `errno`.
    static func failure(_ what: String) -> LedgerError {
        let number = errno
        let says = String(cString: strerror(number))
        let sentence = "The file cannot be \(what): \(says)."
        return switch number {
        case EEXIST: LedgerError(.fileExists, "\(sentence) Choose another name; nothing is ever overwritten.")
        case ENOENT, ENOTDIR: LedgerError(.noFile, "\(sentence) Check the configured path.")
        case EACCES, EPERM, ELOOP: LedgerError(.permission, "\(sentence) Run as the user of the service.")
        case EROFS: LedgerError(.readOnlyFileSystem, "\(sentence) Remount it read-write.")
        case ENOSPC, EDQUOT: LedgerError.diskFull()
        default: LedgerError(.inputOutput, "\(sentence) Check the disk.")
        }
    }
}
