import Crypto
import GRDB
import Glibc
import Synchronization

/// Every input file, every case and every audit row of a site, in one SQLite file.
///
/// Whatever changes goes through `commit`: one SQLite transaction that holds the change and at least one audit row,
/// or nothing at all, also through a crash or a power cut (rollback journal, `synchronous = EXTRA`).
///
/// All calls are synchronous and safe from any thread; they wait for one another, and up to `busyTimeoutSeconds`
/// for another process. A commit forces the disk several times (about 20 ms), so enter what came together in one.
/// Call from asynchronous code where that is no harm, and never from the loop that feeds the watchdog. A call
/// inside the closure of `commit` traps: use the transaction's own reads.
///
/// The file needs a local disk: SQLite's locks do not hold on network file systems.
package final class Ledger: Sendable {
    /// How long a call waits for another process before `LEDGER_LOCKED`.
    package static let busyTimeoutSeconds = 5
    /// Rows that one read transaction of a long walk takes, so that the writer waits for none of them for long.
    package static let chunkRows = 500

    /// Wall clock in microseconds since 1970 (UTC), monotonic clock in nanoseconds.
    package typealias Clock = @Sendable () -> (utcUS: Int64, monotonicNS: Int64)

    let path: String
    let key: AuditKey?
    let now: Clock
    let queue: DatabaseQueue
    package let isReadOnly: Bool
    private let identity: Mutex<RunIdentity?>

    /// Opens the ledger, making and migrating it where `readOnly` is false.
    ///
    /// A writer makes the file with mode 0600 whatever the umask, takes group and other bits off an existing one,
    /// reads the pragmas back, and checks the file (`quick_check`), the triggers and the key. A reader makes and
    /// changes nothing.
    /// - Parameters:
    ///   - key: A reader needs one only for `verifyAudit`.
    ///   - identity: A reader needs none.
    /// - Throws: `LEDGER_NO_FILE`, `_NOT_A_LEDGER`, `_CORRUPT`, `_PRAGMA`, `_NEWER_SCHEMA`, `_OLDER_SCHEMA`,
    ///   `_SCHEMA_CHANGED`, `_KEY_MISSING`, `_KEY_MISMATCH`, `_LOCKED`, `_NEEDS_RECOVERY`, `_PERMISSION`,
    ///   `_READ_ONLY_FS`, `_DISK_FULL`, `_IO`.
    package init(
        path: String, key: AuditKey?, identity: RunIdentity?, readOnly: Bool = false,
        now: @escaping Clock = Ledger.systemClock
    ) throws(LedgerError) {
        self.path = path
        self.key = key
        self.now = now
        self.isReadOnly = readOnly
        self.identity = Mutex(identity)
        if !readOnly {
            guard identity != nil else {
                throw LedgerError(.openedForReading, "A writer of the ledger says who it is; this is a bug.")
            }
            guard key != nil else {
                throw LedgerError(.keyMissing, "The ledger is written with the site key only; configure it.")
            }
        }
        self.queue = try LedgerOpening.open(path: path, key: key, readOnly: readOnly)
    }

    /// Opens for reading alone, as commands do.
    package static func reader(path: String, key: AuditKey? = nil) throws(LedgerError) -> Ledger {
        try Ledger(path: path, key: key, identity: nil, readOnly: true)
    }

    /// The machine's clocks.
    package static let systemClock: Clock = {
        var wall = timespec()
        var monotonic = timespec()
        precondition(clock_gettime(CLOCK_REALTIME, &wall) == 0 && clock_gettime(CLOCK_MONOTONIC, &monotonic) == 0)
        return (
            Int64(wall.tv_sec) * 1_000_000 + Int64(wall.tv_nsec) / 1000,
            Int64(monotonic.tv_sec) * 1_000_000_000 + Int64(monotonic.tv_nsec)
        )
    }

    /// Rows from now on name this configuration.
    package func use(configHash: String?) {
        identity.withLock { $0?.configHash = configHash }
    }

    /// Runs `work` in one transaction: all it writes becomes durable together, or, where it throws, nothing does.
    ///
    /// - Returns: what `work` returned, once it is on the disk.
    /// - Throws: what `work` threw if that is a `LedgerError`, else `LEDGER_WORK_FAILED` with it as cause;
    ///   `LEDGER_UNAUDITED` where no audit row was appended; `LEDGER_OPENED_FOR_READING`; `LEDGER_LOCKED`,
    ///   `_CONSTRAINT`, `_DISK_FULL`, `_READ_ONLY_FS`, `_IO`, `_CORRUPT`.
    @discardableResult
    package func commit<T>(_ work: (inout Transaction) throws -> T) throws(LedgerError) -> T {
        guard !isReadOnly, let key, let identity = identity.withLock({ $0 }) else {
            throw LedgerError(.openedForReading, "This command only reads the ledger; this is a bug.")
        }
        return try ledgerErrors(path: path) {
            try queue.writeWithoutTransaction { db in
                var result: T?
                try db.inTransaction(.immediate) {
                    var transaction = try Transaction(
                        db, path: path, key: key.derived("audit"), identity: identity, now: now)
                    result = try work(&transaction)
                    try transaction.finish()
                    return .commit
                }
                guard let result else { preconditionFailure("a committed transaction has a result") }
                return result
            }
        }
    }

    /// Appends one audit row on its own.
    @discardableResult
    package func audit(_ event: AuditEvent) throws(LedgerError) -> AuditAnchor {
        try commit { try $0.audit(event) }
    }

    /// Reads in one short transaction.
    func read<T>(_ body: (Database) throws -> T) throws(LedgerError) -> T {
        try ledgerErrors(path: path) { try queue.read(body) }
    }

    /// Closes the file; every later call fails. A ledger that is let go closes itself.
    package func close() throws(LedgerError) {
        try ledgerErrors(path: path) { try queue.close() }
    }
}
