import Ledger
import Watch

/// An input file without its name, which may name a patient.
struct PublicInput: Codable {
    var input: Int64
    var outcome: String
    var code: String?
    var caseID: String?
    var bytes: Int64
    var receivedAtUTC: Int64

    init(_ record: InputRecord) {
        input = record.id ?? 0
        outcome = record.outcome.rawValue
        code = record.code
        caseID = record.caseID
        bytes = record.size
        receivedAtUTC = record.receivedAtUS
    }

    /// Widths are fixed, so that the first of a hundred thousand lines need not wait for the last.
    private static let widths = [8, 10, 26, 12, 12, 16]

    static let header = Columns.line(["INPUT", "OUTCOME", "CODE", "CASE", "BYTES", "RECEIVED"], widths)

    var line: String {
        Columns.line(
            [
                "\(input)", outcome, code ?? "-", caseID ?? "-", "\(bytes)", LocalTime.short(receivedAtUTC),
            ], Self.widths)
    }
}

/// Cells in columns of given widths; what is too long is cut and says so.
enum Columns {
    static func line(_ cells: [String], _ widths: [Int]) -> String {
        let fitted = zip(cells, widths).map { cell, width in
            cell.count <= width
                ? cell + String(repeating: " ", count: width - cell.count) : cell.prefix(width - 1) + "…"
        }
        let line = fitted.joined(separator: "  ")
        return String(line.reversed().drop { $0 == " " }.reversed())
    }
}
