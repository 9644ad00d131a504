/// Why the ledger could not be opened, read, written or trusted.
package struct LedgerError: Error, Sendable, CustomStringConvertible {
    /// Stable codes; the documentation has one table of them with what to do.
    package enum Code: String, Sendable, Codable, CaseIterable {
        /// Another connection held the file for longer than `Ledger.busyTimeoutSeconds`. Try again.
        case locked = "LEDGER_LOCKED"
        /// SQLite finds the file damaged.
        case corrupt = "LEDGER_CORRUPT"
        /// A newer fcdwatch has migrated this file.
        case newerSchema = "LEDGER_NEWER_SCHEMA"
        /// A reader may not migrate.
        case olderSchema = "LEDGER_OLDER_SCHEMA"
        /// A table or a protecting trigger is not as it was made.
        case schemaChanged = "LEDGER_SCHEMA_CHANGED"
        /// A pragma did not take.
        case pragma = "LEDGER_PRAGMA"
        /// An SQLite file of some other program, or no regular file.
        case notALedger = "LEDGER_NOT_A_LEDGER"
        /// An interrupted write has to be rolled back by a writer first.
        case needsRecovery = "LEDGER_NEEDS_RECOVERY"
        case keyMissing = "LEDGER_KEY_MISSING"
        /// The key file can be read by others, or is no regular file of ours.
        case keyUnsafe = "LEDGER_KEY_UNSAFE"
        case keyInvalid = "LEDGER_KEY_INVALID"
        case keyExists = "LEDGER_KEY_EXISTS"
        /// The file was begun under another key.
        case keyMismatch = "LEDGER_KEY_MISMATCH"
        case notFound = "LEDGER_NOT_FOUND"
        case noFile = "LEDGER_NO_FILE"
        case fileExists = "LEDGER_FILE_EXISTS"
        case permission = "LEDGER_PERMISSION"
        case readOnlyFileSystem = "LEDGER_READ_ONLY_FS"
        case diskFull = "LEDGER_DISK_FULL"
        case inputOutput = "LEDGER_IO"
        /// The ledger was opened for reading only.
        case openedForReading = "LEDGER_OPENED_FOR_READING"
        /// A row breaks a rule of the schema.
        case constraint = "LEDGER_CONSTRAINT"
        /// A transaction without an audit row.
        case unaudited = "LEDGER_UNAUDITED"
        /// An audit body holds what it must not.
        case auditBody = "LEDGER_AUDIT_BODY"
        /// The caller's own work threw; nothing was written.
        case workFailed = "LEDGER_WORK_FAILED"
        /// Anything else that SQLite says.
        case database = "LEDGER_DATABASE"
    }

    package var code: Code
    /// What is wrong and what to do next. Holds no path and nothing of a patient.
    package var message: String
    /// What it is about: a table, a pragma, a case identifier.
    package var subject: String?
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, subject: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.subject = subject
        self.cause = cause
    }

    /// True where waiting and trying again can help without anybody touching the ledger.
    package var isTemporary: Bool {
        switch code {
        case .locked, .diskFull, .readOnlyFileSystem, .inputOutput: true
        default: false
        }
    }

    package var description: String {
        let about = subject.map { " (\($0))" } ?? ""
        return "\(code.rawValue): \(message)\(about)"
    }
}
