import Glibc

extension AuditKey {
    /// Reads the key from a file of exactly 32 bytes that nobody but its owner can read.
    ///
    /// - Throws: `LEDGER_KEY_MISSING`, `LEDGER_KEY_UNSAFE` (readable or writable by group or others, a link, a
    ///   folder, of another user), `LEDGER_KEY_INVALID` (length), `LEDGER_PERMISSION`.
    package static func load(file path: String) throws(LedgerError) -> AuditKey {
        try load(file: path, forbidden: 0o077)
    }

    /// Reads the key that systemd's `LoadCredential=NAME:…` put beside the service.
    ///
    /// systemd may own the file as root and let the service's user in by an access list, which shows as a group
    /// bit, and the folder is private to the unit; so only the bits of others count here (systemd.exec(5),
    /// CREDENTIALS).
    /// - Parameter directory: the value of `$CREDENTIALS_DIRECTORY`, nil where it is not set.
    /// - Throws: as `load(file:)`.
    package static func load(credential name: String, directory: String?) throws(LedgerError) -> AuditKey {
        guard let directory, !directory.isEmpty else {
            throw LedgerError(
                .keyMissing, "systemd passed no credentials; the unit needs LoadCredential= for the site key.",
                subject: name)
        }
        guard !name.isEmpty, !name.contains("/"), name != ".." else {
            throw LedgerError(.keyMissing, "A credential's name is a plain file name; correct it.")
        }
        return try load(file: "\(directory)/\(name)", forbidden: 0o007)
    }

    /// Makes a new random key in a file of mode 0600 that must not exist yet, and returns it.
    ///
    /// - Throws: `LEDGER_KEY_EXISTS` where something is there already, and what the file system says.
    package static func create(file path: String) throws(LedgerError) -> AuditKey {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let key = try AuditKey(bytes: bytes)
        do {
            try LedgerFile.createPrivate(path, holding: bytes)
        } catch  where error.code == .fileExists {
            throw LedgerError(.keyExists, "A site key is there already; it is never overwritten.", cause: error)
        }
        return key
    }

    private static func load(file path: String, forbidden: mode_t) throws(LedgerError) -> AuditKey {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR:
                throw LedgerError(.keyMissing, "There is no site key where the configuration says; make or restore it.")
            case ELOOP: throw LedgerError(.keyUnsafe, "The site key is a symbolic link; name the file itself.")
            default: throw LedgerFile.failure("read")
            }
        }
        defer { close(descriptor) }
        var raw = stat()
        guard fstat(descriptor, &raw) == 0 else { throw LedgerFile.failure("looked at") }
        let facts = LedgerFile.facts(raw)
        guard facts.isRegular else {
            throw LedgerError(.keyUnsafe, "The site key is no regular file; name a file of 32 bytes.")
        }
        guard facts.mode & forbidden == 0 else {
            throw LedgerError(.keyUnsafe, "Others can read or change the site key; set its mode to 0600.")
        }
        // An administrator reads the key of the service's user.
        guard facts.owner == geteuid() || facts.owner == 0 || geteuid() == 0 else {
            throw LedgerError(.keyUnsafe, "The site key belongs to another user; give it to the service's user.")
        }
        // One byte more than a key, so that a longer file is seen.
        var bytes = [UInt8](repeating: 0, count: byteCount + 1)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw LedgerFile.failure("read") }
        guard count == byteCount, facts.size == byteCount else {
            throw LedgerError(
                .keyInvalid,
                "The site key's file has \(facts.size) bytes, not \(byteCount); put back the key the site began with.")
        }
        return try AuditKey(bytes: Array(bytes.prefix(count)))
    }
}
