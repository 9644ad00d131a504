import Reporting

extension ResultTable {
    /// The table as a journal sets it: three rules, caption above, notes below, black on white, no scripts.
    ///
    /// Widths of text are estimated, as a picture cannot ask for them.
    package var svg: String {
        let layout = TableLayout(self)
        return SVG.document(width: layout.width, height: layout.height, title: "\(label). \(caption)") {
            layout.drawing
        }
    }
}

/// Where everything of a table's picture stands, in points.
private struct TableLayout {
    static let size = 14.0
    static let line = 22.0
    static let margin = 22.0
    static let gap = 20.0
    static let noteSize = 12.0

    var table: ResultTable
    var widths: [Double]
    var captionLines: [String]
    var noteLines: [String]

    init(_ table: ResultTable) {
        self.table = table
        widths = table.columns.indices.map { column in
            let title = table.columns[column].lines.reduce(0) {
                max($0, SVG.textWidth($1, size: Self.size, isBold: true))
            }
            return table.rows.reduce(title) {
                max($0, SVG.textWidth($1[column].text, size: Self.size, isBold: $1[column].isBest))
            }
        }
        let width = widths.reduce(0, +) + Self.gap * Double(widths.count - 1)
        captionLines = SVG.wrapped("\(table.label): \(table.caption)", width: width, size: Self.size)
        noteLines = table.notes.flatMap { SVG.wrapped($0, width: width, size: Self.noteSize) }
    }

    var width: Double { widths.reduce(0, +) + Self.gap * Double(widths.count - 1) + 2 * Self.margin + 16 }
    private var top: Double { Self.margin + Double(captionLines.count) * 20 + 8 }
    private var groupGap: Double { 7 }
    private var headLines: Int { table.columns.map(\.lines.count).max() ?? 1 }
    private var headHeight: Double { Self.line * 0.35 + 18 * Double(headLines) + 4 }
    private var bottom: Double {
        top + headHeight + Self.line * Double(table.rows.count) + groupGap * Double(table.groups.count) + 4
    }
    var height: Double { bottom + Double(noteLines.count) * 17 + (noteLines.isEmpty ? 0 : 6) + Self.margin }

    private var left: Double { Self.margin + 8 }
    private func start(_ column: Int) -> Double { left + widths[..<column].reduce(0, +) + Self.gap * Double(column) }

    /// Where a column's text is anchored, and how.
    private func anchor(_ column: Int) -> (x: Double, anchor: String) {
        table.columns[column].isNumber ? (start(column) + widths[column], "end") : (start(column), "start")
    }

    var drawing: [HTML] {
        var pieces: [HTML] = []
        for (place, text) in captionLines.enumerated() {
            let y = Self.margin + 14 + Double(place) * 20
            if place == 0, text.hasPrefix(table.label) {
                pieces.append(
                    SVG.text(x: left, y: y, size: Self.size) {
                        el("tspan", ["font-weight": "bold"]) { table.label }
                        String(text.dropFirst(table.label.count))
                    })
            } else {
                pieces.append(SVG.text(x: left, y: y, size: Self.size) { text })
            }
        }
        pieces.append(rule(top, thickness: 1.6))
        for (column, lines) in table.columns.map(\.lines).enumerated() {
            let place = anchor(column)
            for (line, title) in lines.enumerated() {
                // The last line of every title stands on the rule.
                let y = top + headHeight - 8 - 18 * Double(lines.count - 1 - line)
                pieces.append(
                    SVG.text(x: place.x, y: y, size: Self.size, anchor: place.anchor, weight: "bold") { title })
            }
        }
        pieces.append(rule(top + headHeight, thickness: 0.9))
        var y = top + headHeight + groupGap / 2
        for (index, group) in table.groups.enumerated() {
            if index > 0 { pieces.append(rule(y, thickness: 0.4, colour: "#8a8a8a")) }
            y += index > 0 ? groupGap / 2 : 0
            for row in group {
                y += Self.line
                for (column, cell) in row.enumerated() where !cell.text.isEmpty {
                    let place = anchor(column)
                    pieces.append(
                        SVG.text(
                            x: place.x, y: y - 6, size: Self.size, anchor: place.anchor,
                            weight: cell.isBest ? "bold" : "normal"
                        ) { cell.text })
                }
            }
            y += groupGap / 2
        }
        pieces.append(rule(bottom, thickness: 1.6))
        for (place, text) in noteLines.enumerated() {
            pieces.append(
                SVG.text(x: left, y: bottom + 20 + Double(place) * 17, size: Self.noteSize, colour: "#333333") { text })
        }
        return pieces
    }

    private func rule(_ y: Double, thickness: Double, colour: String = "#000000") -> HTML {
        SVG.line(
            from: (Self.margin, y), to: (width - Self.margin, y), thickness: thickness, colour: colour)
    }
}
