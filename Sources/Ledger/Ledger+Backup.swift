import GRDB
import Glibc

extension Ledger {
    /// Writes a whole, compact copy of the ledger to a new file of mode 0600 and verifies that copy.
    ///
    /// - Parameter destination: nothing may be there yet; its folder must exist. To restore, stop the service and
    ///   copy it back.
    /// - Returns: what verifying the copy found; a broken chain is copied as it is.
    /// - Throws: `LEDGER_FILE_EXISTS`, `LEDGER_DISK_FULL`, `LEDGER_CORRUPT`, …; an unfinished copy is removed.
    package func backup(to destination: String) throws(LedgerError) -> AuditVerification {
        try LedgerFile.createPrivate(destination)
        do {
            // SQLite writes into an existing file if it is empty; that keeps the mode.
            try ledgerErrors(path: destination) {
                try queue.writeWithoutTransaction { db in
                    try db.execute(sql: "VACUUM INTO ?", arguments: [destination])
                }
            }
            try LedgerFile.synchronise(destination)
            try LedgerFile.synchronise(LedgerFile.folder(of: destination))
            let copy = try Ledger.reader(path: destination, key: key)
            try copy.integrityCheck()
            let found = try copy.verifyAudit()
            try copy.close()
            return found
        } catch {
            unlink(destination)
            throw error
        }
    }
}
