/// A table for people and programs: what it is called, columns, rows in groups, and notes below.
package struct ResultTable: Sendable, Hashable {
    package struct Cell: Sendable, Hashable {
        package var text: String
        /// The best of its column.
        package var isBest: Bool

        package init(_ text: String, isBest: Bool = false) {
            self.text = text
            self.isBest = isBest
        }
    }

    package struct Column: Sendable, Hashable {
        /// One line each in a picture; elsewhere they are one.
        package var lines: [String]
        /// Numbers are set to the right, words to the left.
        package var isNumber: Bool

        /// - Parameter title: a line end in it is kept in pictures.
        package init(_ title: String, isNumber: Bool = true) {
            lines = title.split(separator: "\n").map(String.init)
            self.isNumber = isNumber
        }

        package var title: String { lines.joined(separator: " ") }
    }

    /// "Table 1".
    package var label: String
    package var caption: String
    package var columns: [Column]
    /// Rows that belong together; a thin line parts the groups.
    package var groups: [[[Cell]]]
    package var notes: [String]

    package init(label: String, caption: String, columns: [Column], groups: [[[Cell]]], notes: [String] = []) {
        precondition(groups.joined().allSatisfy { $0.count == columns.count }, "a cell for each column")
        self.label = label
        self.caption = caption
        self.columns = columns
        self.groups = groups
        self.notes = notes
    }

    package var rows: [[Cell]] { Array(groups.joined()) }

    /// GitHub's form of Markdown, its columns evenly wide for whoever reads the source.
    package var markdown: String {
        let cells =
            [columns.map(\.title)]
            + rows.map { row in row.map { Self.escaped($0.text, isBest: $0.isBest) } }
        let widths = columns.indices.map { column in max(cells.map { $0[column].count }.max() ?? 3, 3) }
        func line(_ row: [String]) -> String {
            let padded = row.indices.map { column in
                let gap = String(repeating: " ", count: widths[column] - row[column].count)
                return columns[column].isNumber ? gap + row[column] : row[column] + gap
            }
            return "| " + padded.joined(separator: " | ") + " |\n"
        }
        let rule = columns.indices.map { column in
            let dashes = String(repeating: "-", count: widths[column] - 1)
            return columns[column].isNumber ? dashes + ":" : ":" + dashes
        }
        var text = "**\(label)**: \(caption)\n\n" + line(cells[0]) + line(rule)
        for row in cells.dropFirst() { text += line(row) }
        for note in notes { text += "\n\(note)\n" }
        return text
    }

    package var csv: CSVTable {
        CSVTable(header: columns.map(\.title), rows: rows.map { $0.map(\.text) })
    }

    private static func escaped(_ text: String, isBest: Bool) -> String {
        let plain = text.replacing("|", with: "\\|")
        return isBest && !plain.isEmpty ? "**\(plain)**" : plain
    }
}
