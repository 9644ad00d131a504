import GRDB
import Glibc

extension LedgerError {
    /// What an SQLite error means to a site. `path` is only asked about, never put into the message.
    init(_ error: DatabaseError, path: String) {
        // An empty medium and a read-only one have several faces in SQLite: ask the file system itself.
        switch error.resultCode {
        case .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_FULL:
            if let error = LedgerError.ofFileSystem(holding: path, cause: error) {
                self = error
                return
            }
        default: break
        }
        let says = error.message ?? "no message"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .locked, "Another program holds the ledger; try again, or end the program that has it open.",
                cause: error)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(says, cause: error)
        case .SQLITE_FULL: self = .diskFull(cause: error)
        case .SQLITE_READONLY where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK:
            self.init(
                .needsRecovery,
                "A write was interrupted and must be rolled back; start the service, or run the command as its user.",
                cause: error)
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_CANTOPEN:
            self.init(
                .permission,
                "The ledger cannot be opened or written; run as the user of the service and check the folder's mode.",
                cause: error)
        case .SQLITE_IOERR:
            self.init(
                .inputOutput, "The disk fails under the ledger: \(says). Check the system log and the disk.",
                cause: error)
        case .SQLITE_CONSTRAINT:
            self.init(
                .constraint, "A row breaks a rule of the ledger, so nothing was written: \(says).", cause: error)
        default:
            self.init(
                .database, "SQLite says: \(says) (\(error.extendedResultCode.rawValue)). Report this as a bug.",
                cause: error)
        }
    }

    /// The file is damaged; names the way back.
    static func corrupt(_ finding: String, cause: (any Error)? = nil) -> LedgerError {
        LedgerError(
            .corrupt,
            "The ledger is damaged: \(finding). Stop the service, keep the damaged file, copy your newest backup of it "
                + "in its place (mode 0600), remove a -journal file beside it, and start again.",
            cause: cause)
    }

    static func diskFull(cause: (any Error)? = nil) -> LedgerError {
        LedgerError(
            .diskFull, "No room is left on the disk of the ledger; free some. Nothing was half written.", cause: cause)
    }

    /// Reads the free space and the mount flags of the file system that holds `path`; nil where they explain nothing.
    private static func ofFileSystem(holding path: String, cause: any Error) -> LedgerError? {
        var facts = statvfs()
        guard statvfs(LedgerFile.folder(of: path), &facts) == 0 else { return nil }
        if facts.f_flag & UInt(ST_RDONLY) != 0 {
            return LedgerError(
                .readOnlyFileSystem,
                "The disk of the ledger is mounted read-only; remount it read-write. Nothing was half written.",
                cause: cause)
        }
        // A file system without a fixed number of inodes says 0 of 0.
        let noInodes = facts.f_files > 0 && facts.f_favail == 0
        return facts.f_bavail == 0 || noInodes ? .diskFull(cause: cause) : nil
    }
}

/// Runs `body` and turns whatever it throws into a `LedgerError`.
func ledgerErrors<T>(path: String, _ body: () throws -> T) throws(LedgerError) -> T {
    do {
        return try body()
    } catch let error as LedgerError {
        throw error
    } catch let error as DatabaseError {
        throw LedgerError(error, path: path)
    } catch let error as RecordError {
        throw LedgerError(.notFound, "The row to change does not exist; nothing was written.", cause: error)
    } catch {
        throw LedgerError(
            .workFailed, "A step of the transaction failed, so nothing was written: see the cause.", cause: error)
    }
}
