internal import Foundation

/// `participants.tsv`: tabs, with or without a byte order mark, lines ended in any way, rows in any order.
struct ParticipantsTable {
    struct Row {
        /// With its prefix: "sub-00001".
        var id: String
        /// Nil where the table names neither group.
        var group: Subject.Group?
        /// Every other column; "n/a" and empty values are left out.
        var attributes: [String: String]
    }

    static let fileName = "participants.tsv"
    /// What other data sets call the two groups, in lower case.
    static let controls: Set<String> = ["hc", "control", "controls", "healthy", "healthy control", "ctrl"]
    static let patients: Set<String> = ["fcd", "patient", "patients", "case"]

    /// In the order of the labels.
    let rows: [Row]

    /// - Throws: `TRAINING_INPUT_UNREADABLE`, `DATASET_INVALID`.
    init(root: String) throws(TrainingError) {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: root).appendingPathComponent(Self.fileName))
        } catch {
            throw TrainingError(
                .dataSetInvalid,
                "The folder has no readable participants.tsv. Name the root of a BIDS data set.", cause: error)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw TrainingError(.dataSetInvalid, "participants.tsv is not UTF-8 text. Save it as UTF-8.")
        }
        try self.init(text: text)
    }

    init(text: String) throws(TrainingError) {
        var lines = text.trimmingPrefix("\u{FEFF}").split(whereSeparator: \.isNewline)
            .filter { !$0.allSatisfy(\.isWhitespace) }[...]
        let header = lines.popFirst().map(Self.cells) ?? []
        guard let idColumn = header.firstIndex(of: "participant_id"), let groupColumn = header.firstIndex(of: "group")
        else {
            throw TrainingError(
                .dataSetInvalid,
                "participants.tsv needs the columns participant_id and group, divided by tabs. Add them.")
        }
        guard Set(header).count == header.count else {
            throw TrainingError(.dataSetInvalid, "Two columns of participants.tsv have the same name. Rename one.")
        }
        var rows: [String: Row] = [:]
        for line in lines {
            let cells = Self.cells(line)
            guard cells.count == header.count, Self.isLabel(cells[idColumn]) else {
                throw TrainingError(
                    .dataSetInvalid,
                    "A row of participants.tsv has \(cells.count) cells for \(header.count) columns, or a label that "
                        + "is none of BIDS. Correct it.")
            }
            let id = cells[idColumn].hasPrefix("sub-") ? cells[idColumn] : "sub-" + cells[idColumn]
            var attributes: [String: String] = [:]
            for (column, cell) in zip(header, cells) where column != "participant_id" && column != "group" {
                if !cell.isEmpty, cell.lowercased() != "n/a" { attributes[column] = cell }
            }
            let row = Row(id: id, group: Self.group(cells[groupColumn]), attributes: attributes)
            guard rows.updateValue(row, forKey: id) == nil else {
                throw TrainingError(
                    .dataSetInvalid, "participants.tsv names a subject twice. Remove one row.", subject: id)
            }
        }
        self.rows = rows.values.sorted { $0.id < $1.id }
    }

    static func group(_ text: String) -> Subject.Group? {
        let name = text.lowercased()
        return controls.contains(name) ? .control : patients.contains(name) ? .fcd : nil
    }

    /// Letters, digits and dashes: nothing that could leave the data set's folder.
    private static func isLabel(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy {
                $0 == "-" || ($0.isASCII && $0.properties.isAlphabetic) || ("0"..."9").contains($0)
            }
    }

    /// Without blanks around them, and without the quotes that some programs put around a cell with a comma.
    private static func cells(_ line: Substring) -> [String] {
        line.split(separator: "\t", omittingEmptySubsequences: false).map { cell in
            let bare = cell.trimmingCharacters(in: .whitespaces)
            guard bare.count > 1, bare.hasPrefix("\""), bare.hasSuffix("\"") else { return bare }
            return String(bare.dropFirst().dropLast()).replacing("\"\"", with: "\"")
        }
    }
}
