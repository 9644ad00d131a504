import Foundation
import GRDB
import Ledger
import Synchronization

/// A folder of its own with a ledger in it, removed when let go.
final class Site: Sendable {
    let folder: String
    let key: AuditKey
    private let ticks = Mutex<Int64>(0)

    var path: String { folder + "/ledger.sqlite" }

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "ledger-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        folder = url.path
        key = try AuditKey(bytes: Array(0..<32))
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            print("left behind: \(error)")
        }
    }

    static let identity = RunIdentity(
        software: "fcdwatch 0.0.0", configHash: String(repeating: "c", count: 64), bootID: "boot", runID: "run",
        actor: "test")

    /// Opens for writing, with a clock that moves one second at each look.
    func open() throws -> Ledger {
        try Ledger(path: path, key: key, identity: Site.identity) { [self] in
            let tick = ticks.withLock { ticks in
                ticks += 1
                return ticks
            }
            return (1_700_000_000_000_000 + tick * 1_000_000, tick * 1_000_000_000)
        }
    }

    func reader() throws -> Ledger { try Ledger.reader(path: path, key: key) }

    /// Changes the file as somebody with `sqlite3` would; with `unguarded`, after taking the triggers away.
    func tamper(_ sql: String, unguarded: Bool = true) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.write { db in
            let triggers = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            if unguarded { for row in triggers { try db.execute(sql: "DROP TRIGGER \(row["name"] as String)") } }
            try db.execute(sql: sql)
            if unguarded { for row in triggers { try db.execute(sql: row["sql"]) } }
        }
        try queue.close()
    }

    func query<Value: DatabaseValueConvertible>(_ sql: String, as: Value.Type) throws -> Value? {
        let queue = try DatabaseQueue(path: path)
        defer { withExtendedLifetime(queue) {} }
        return try queue.read { db in try Value.fetchOne(db, sql: sql) }
    }

    static func input(_ number: Int, _ outcome: InputOutcome = .waiting, caseID: String? = nil, code: String? = nil)
        -> InputRecord
    {
        InputRecord(
            sha256: hash(number), size: 10, spoolName: "file-\(number)", relativePath: "a/b\(number).dcm",
            receivedAtUS: Int64(number), outcome: outcome, code: code, kind: "DICOM", studyKey: "study",
            caseID: caseID, device: 1, inode: Int64(number), mtimeNS: 5)
    }

    static func record(_ id: String, study: String? = nil, state: CaseState = .arriving) -> CaseRecord {
        CaseRecord(
            id: id, studyKey: study ?? "study-\(id)", pseudonym: "0123456789abcdef", state: state, createdAtUS: 1,
            updatedAtUS: 1, lastInputAtUS: 1)
    }

    /// 64 hexadecimal digits.
    static func hash(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 64 - digits.count) + digits
    }
}

extension Ledger {
    /// Appends this many small audit rows, some with every optional column.
    func fill(_ rows: Int) throws {
        try commit { transaction in
            for number in 0..<rows {
                try transaction.audit(
                    AuditEvent(
                        .stepFailed, caseID: number % 2 == 0 ? "case" : nil,
                        objectSHA256: number % 2 == 0 ? Site.hash(number) : nil,
                        modelSHA256: number % 2 == 0 ? Site.hash(number + 1) : nil, body: ["number": .init(number)]))
            }
        }
    }
}
