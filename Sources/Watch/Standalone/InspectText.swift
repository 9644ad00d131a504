import DICOM
import Imaging
import Screening

/// What `fcdwatch inspect` prints for people: a line for each series and image, and under it what decided.
///
/// Holds what technicians typed: for the screen, never for a log.
package struct InspectText {
    package static let width = 100
    private static let indent = "    "

    private let report: InspectReport
    private let files: [JobFile]
    private let rules: Int

    /// - Parameters:
    ///   - files: those that were inspected.
    ///   - rules: how many rules of the administrator were applied.
    package init(_ report: InspectReport, files: [JobFile], rules: Int) {
        self.report = report
        self.files = files
        self.rules = rules
    }

    package var lines: [String] {
        var blocks: [Block] = [Block(cells: ["NO", "IMAGES", "SIZE", "VOXEL MM", "CHOSEN"])]
        for study in report.studies {
            blocks += study.series.map(Self.block)
            if let refusal = study.refusal { blocks.append(Block(details: [Self.text(refusal)])) }
        }
        blocks += report.images.map(Self.block)
        let widths = (0..<5).map { column in blocks.compactMap { $0.cells[safe: column]?.count }.max() ?? 0 }
        var lines = blocks.flatMap { $0.lines(widths) }
        for refused in report.refused {
            lines += Self.wrapped("\(files[refused.file].name): \(Self.text(refused.reason))", indent: "")
        }
        if rules > 0 {
            lines.append("\(rules) [[series]] \(rules == 1 ? "rule" : "rules") of the configuration applied.")
        }
        return lines
    }

    private struct Block {
        var cells: [String] = []
        var details: [String] = []

        func lines(_ widths: [Int]) -> [String] {
            var row = ""
            for (cell, width) in zip(cells, widths) {
                row += cell + String(repeating: " ", count: width - cell.count + 2)
            }
            while row.last == " " { row.removeLast() }
            return (row.isEmpty ? [] : [row]) + details.flatMap { InspectText.wrapped($0, indent: InspectText.indent) }
        }
    }

    private static func block(_ series: SeriesReport) -> Block {
        let size = series.geometry.map { $0.shape.map(String.init).joined(separator: "×") }
        let voxel = series.geometry.map { $0.voxelSizeMM.map(rounded).joined(separator: "×") }
        var details = [source(series)].compactMap { $0 }
        // A refusal by physics or by contradiction carries the sentence of physics itself.
        let reason = series.reason.map(text)
        if reason?.contains(series.contrastWhy) != true { details.append(series.contrastWhy) }
        details += [series.decision, reason].compactMap { $0 } + series.notes.map(text)
        return Block(
            cells: [
                series.number.map(String.init) ?? "-", "\(series.frames)", size ?? "-", voxel ?? "-",
                series.chosenFor?.rawValue ?? "-",
            ],
            details: details)
    }

    /// What rules can be written by.
    private static func source(_ series: SeriesReport) -> String? {
        let scanner = [series.manufacturer, series.model].compactMap { $0 }.joined(separator: " ")
        let parts = [
            series.description.map { "\"\($0)\"" }, series.part, scanner.isEmpty ? nil : scanner,
            series.stationName.map { "station \($0)" },
        ].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private static func block(_ image: InspectReport.Image) -> Block {
        let grid = image.header.grid
        let edges = [grid.spacingMM.x, grid.spacingMM.y, grid.spacingMM.z]
        return Block(
            cells: [
                "NIfTI", "1", "\(grid.shape.x)×\(grid.shape.y)×\(grid.shape.z)",
                edges.map(rounded).joined(separator: "×"), image.chosenFor?.rawValue ?? "-",
            ],
            details: (image.reason.map { [text($0)] } ?? ["The file's name says its contrast."]) + image.notes.map(text)
        )
    }

    private static func text(_ reason: Reason) -> String { "\(reason.code): \(reason.message)" }

    private static func rounded(_ millimetres: Double) -> String { "\((millimetres * 100).rounded() / 100)" }

    /// Breaks at spaces so that no line is wider than `width`, but for a word that is.
    static func wrapped(_ text: String, indent: String) -> [String] {
        var lines: [String] = []
        var line = indent
        for word in text.split(separator: " ") {
            if line.count > indent.count, line.count + 1 + word.count > width {
                lines.append(line)
                line = indent
            }
            line += (line.count > indent.count ? " " : "") + word
        }
        return lines + [line]
    }
}

extension [String] {
    fileprivate subscript(safe index: Int) -> String? { indices.contains(index) ? self[index] : nil }
}
