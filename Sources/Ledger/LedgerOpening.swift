import Crypto
import GRDB
import Glibc

/// Everything between a path and a connection that can be trusted.
enum LedgerOpening {
    /// What each connection must answer to `PRAGMA name`.
    static let pragmas: [(name: String, value: String)] = [
        ("journal_mode", "delete"), ("synchronous", "3"), ("foreign_keys", "1"), ("recursive_triggers", "1"),
        ("trusted_schema", "0"), ("busy_timeout", String(Ledger.busyTimeoutSeconds * 1000)),
    ]

    static func open(path: String, key: AuditKey?, readOnly: Bool) throws(LedgerError) -> DatabaseQueue {
        try prepareFile(path, readOnly: readOnly)
        return try ledgerErrors(path: path) {
            let queue = try DatabaseQueue(path: path, configuration: configuration(readOnly: readOnly))
            try queue.read(refuseForeignFile)
            if !readOnly {
                try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA journal_mode = DELETE") }
                try queue.read(quickCheck)
            }
            try checkVersion(queue, readOnly: readOnly)
            if !readOnly { try Schema.migrator.migrate(queue) }
            try queue.writeWithoutTransaction(readBackPragmas)
            // A reader must still get in, to verify.
            if !readOnly { try queue.read(checkTriggers) }
            if let key { try checkKey(key, queue, readOnly: readOnly) }
            return queue
        }
    }

    private static func configuration(readOnly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = readOnly
        configuration.busyMode = .timeout(Double(Ledger.busyTimeoutSeconds))
        configuration.label = "ledger"
        configuration.prepareDatabase { db in
            // A cache of 512 KiB, a quarter of SQLite's own measure: pages come as fast from the system's cache, and the
            // service's memory has a bound.
            try db.execute(
                sql: """
                    PRAGMA trusted_schema = OFF;
                    PRAGMA recursive_triggers = ON;
                    PRAGMA cell_size_check = ON;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA cache_size = -512;
                    PRAGMA synchronous = EXTRA;
                    """)
        }
        return configuration
    }

    private static func prepareFile(_ path: String, readOnly: Bool) throws(LedgerError) {
        guard let facts = try LedgerFile.facts(path) else {
            guard !readOnly else {
                throw LedgerError(
                    .noFile, "There is no ledger yet; start the service once, or check the configured path.")
            }
            return try LedgerFile.createPrivate(path)
        }
        guard facts.isRegular else {
            throw LedgerError(.notALedger, "The ledger's path is no regular file; check the configured path.")
        }
        // By path: opening and closing the file here would drop the locks of another connection in this process.
        guard readOnly || facts.mode & 0o077 == 0 || chmod(path, 0o600) == 0 else {
            throw LedgerFile.failure("made private")
        }
    }

    private static func refuseForeignFile(_ db: Database) throws {
        let application = try Int32.fetchOne(db, sql: "PRAGMA application_id")
        let objects = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        guard application == Schema.applicationID || objects == 0 else {
            throw LedgerError(
                .notALedger, "The file is a database of another program; check the configured path. It was not touched."
            )
        }
    }

    static func quickCheck(_ db: Database) throws {
        let finding = try String.fetchOne(db, sql: "PRAGMA quick_check(1)")
        guard finding == "ok" else { throw LedgerError.corrupt(finding ?? "quick_check said nothing") }
    }

    private static func checkVersion(_ queue: DatabaseQueue, readOnly: Bool) throws {
        let migrator = Schema.migrator
        guard try !queue.read(migrator.hasBeenSuperseded) else {
            throw LedgerError(
                .newerSchema,
                "A newer fcdwatch wrote this ledger; install that version again, or put back the backup made before it. "
                    + "The ledger was not touched.")
        }
        guard try !readOnly || queue.read(migrator.hasCompletedMigrations) else {
            throw LedgerError(
                .olderSchema,
                "The ledger is of an older version, or still empty; start the service once to bring it up to date.")
        }
    }

    private static func readBackPragmas(_ db: Database) throws {
        for pragma in pragmas {
            let value = try String.fetchOne(db, sql: "PRAGMA \(pragma.name)")
            guard value == pragma.value else {
                throw LedgerError(
                    .pragma,
                    "SQLite answers \(value ?? "nothing") instead of \(pragma.value); the ledger would not be safe. "
                        + "Use the Debian SQLite library and a local disk.",
                    subject: pragma.name)
            }
        }
    }

    /// Compares the triggers with those of a new ledger.
    static func checkTriggers(_ db: Database) throws {
        let found = try Schema.triggers(of: db)
        let wanted = try Schema.triggers()
        let changed = Set(found.keys).union(wanted.keys).filter { found[$0] != wanted[$0] }.sorted()
        if let name = changed.first {
            throw LedgerError(
                .schemaChanged,
                "A rule that protects the ledger was changed by hand. Run `fcdwatch audit verify`, then put back your "
                    + "newest backup of it.",
                subject: name)
        }
    }

    /// Compares the key's fingerprint with the one that the ledger began with.
    private static func checkKey(_ key: AuditKey, _ queue: DatabaseQueue, readOnly: Bool) throws {
        let stored = try queue.read { db in
            try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'keyFingerprint'")
        }
        if stored == nil, !readOnly {
            try queue.write { db in
                try db.execute(
                    sql: "INSERT INTO meta (key, value) VALUES ('keyFingerprint', ?)", arguments: [key.fingerprint])
            }
        } else if stored != key.fingerprint {
            throw LedgerError(
                .keyMismatch,
                "The ledger was begun under another site key; put that key back. A new key needs a new ledger.")
        }
    }
}
