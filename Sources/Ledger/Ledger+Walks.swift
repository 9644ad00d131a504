import GRDB

/// Walks over many rows that hold one of them in memory at a time: a site has millions.
extension Ledger {
    /// A file as it lay in the inbox.
    package struct InboxFile: Sendable {
        package var device: Int64
        package var inode: Int64
        package var size: Int64
        package var mtimeNS: Int64
        /// True where it was refused without being read; it may still be there.
        package var isUnread: Bool
        package var code: String?
    }

    /// Shows every file of which is known where it lay.
    ///
    /// - Parameter unreadOnly: true leaves out what was copied.
    package func forEachInboxFile(unreadOnly: Bool, _ body: (InboxFile) -> Void) throws(LedgerError) {
        // Refused rows have an index; few of a site's rows are refused.
        let condition = unreadOnly ? "outcome = 'refused' AND sha256 = '' AND" : ""
        try read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT device, inode, size, mtimeNS, sha256 = '' AS isUnread, code FROM inputs
                    WHERE \(condition) device IS NOT NULL AND inode IS NOT NULL AND mtimeNS IS NOT NULL
                    """)
            while let row = try rows.next() {
                body(
                    InboxFile(
                        device: row[0], inode: row[1], size: row[2], mtimeNS: row[3], isUnread: row[4], code: row[5]))
            }
        }
    }

    /// Shows the name of every copy in the spool that a row speaks of.
    package func forEachSpoolName(_ body: (String) -> Void) throws(LedgerError) {
        try read { db in
            let names = try String.fetchCursor(db, sql: "SELECT spoolName FROM inputs WHERE spoolName IS NOT NULL")
            while let name = try names.next() { body(name) }
        }
    }
}
