import GRDB

/// A type with a table of its own, whose columns are its coding keys.
protocol TableRow: Codable {
    static var table: String { get }
}

extension InputRecord: TableRow {
    static let table = "inputs"
}
extension CaseRecord: TableRow {
    static let table = "cases"
}
extension AuditRow: TableRow {
    static let table = "audit"
}

/// Carries a row to and from SQLite, so that the row types themselves know nothing of GRDB.
struct Stored<Content: TableRow>: Codable, FetchableRecord, PersistableRecord {
    static var databaseTableName: String { Content.table }

    let content: Content

    init(_ content: Content) {
        self.content = content
    }

    init(from decoder: any Decoder) throws {
        content = try Content(from: decoder)
    }

    func encode(to encoder: any Encoder) throws {
        try content.encode(to: encoder)
    }

    /// - Parameter rest: SQL after `SELECT * FROM table`.
    static func all(_ db: Database, _ rest: String, _ arguments: StatementArguments = []) throws -> [Content] {
        try fetchAll(db, sql: "SELECT * FROM \(Content.table) \(rest)", arguments: arguments).map(\.content)
    }

    static func one(_ db: Database, _ rest: String, _ arguments: StatementArguments = []) throws -> Content? {
        try fetchOne(db, sql: "SELECT * FROM \(Content.table) \(rest) LIMIT 1", arguments: arguments)?.content
    }
}
