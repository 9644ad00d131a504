package import Foundation
import Screening

/// Everything that `fcdwatch tables` writes.
package enum TableFiles {
    package enum Format: String, Sendable, CaseIterable {
        case markdown, csv, svg

        var ending: String { self == .markdown ? "md" : rawValue }
    }

    /// Every table that the results fill, by the name of its file without ending.
    package static func tables(_ results: RunResults, data: String = "") -> [(name: String, table: ResultTable)] {
        let rows = results.outcomes.map(ResultRow.init)
        var tables: [(name: String, table: ResultTable)] = []
        for (number, modality) in Modality.allCases.enumerated() where rows.contains(where: { $0.modality == modality })
        {
            let name = "table\(number + 1)"
            tables.append((name, ReproductionTable.table(rows, modality: modality, data: data)))
            tables.append((name + "a", AdditionsTable.verdicts(results.outcomes, modality: modality)))
            tables.append((name + "b", AdditionsTable.maps(results.outcomes, modality: modality)))
        }
        if Set(rows.map(\.source)).count > 1 {
            tables.append(("ttests", TransferTestTable.table(TransferTest.all(rows))))
            tables.append(("ttests-by-fold", TransferTestTable.table(TransferTest.all(rows, pairing: .folds))))
        }
        for stratum in StratumTable.Stratum.allCases {
            let table = StratumTable.table(results.runs.map { ($0.title, $0.rows) }, by: stratum)
            if !table.rows.isEmpty { tables.append(("by-\(stratum.rawValue)", table)) }
        }
        return tables
    }

    /// The tables that the paper prints, and the tests of them.
    package static var paper: [(name: String, table: ResultTable)] {
        Modality.allCases.enumerated().map { number, modality in
            (
                "table\(number + 1)",
                ReproductionTable.table(PaperTables.rows, modality: modality, notes: PaperTables.notes)
            )
        } + [("ttests", TransferTestTable.table(TransferTest.all(PaperTables.rows)))]
    }

    /// Figure 2 of each run that has one, by the name of its file.
    package static func figures(_ results: RunResults) -> [(name: String, svg: String)] {
        results.runs.compactMap { run in
            let outcome = run.outcome
            let name =
                "figure2-\(outcome.modality.rawValue.lowercased())-resnet\(outcome.depth)-\(outcome.source.rawValue).svg"
            return run.figure.map { (name, $0) }
        }
    }

    /// Writes the tables, each in the formats asked for, and the figures.
    ///
    /// - Returns: the names of the files.
    /// - Throws: `unwritable`.
    @discardableResult
    package static func write(
        _ tables: [(name: String, table: ResultTable)], figures: [(name: String, svg: String)] = [],
        formats: [Format], to folder: URL
    ) throws(TrainingError) -> [String] {
        let texts = tables.flatMap { name, table in
            formats.map { (name: "\(name).\($0.ending)", text: text(of: table, as: $0)) }
        }
        let files = texts + figures.map { (name: $0.name, text: $0.svg) }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for (name, text) in files {
                try Data(text.utf8).write(to: folder.appending(path: name), options: .atomic)
            }
        } catch {
            throw TrainingError(
                .unwritable, "A table cannot be written; check the output folder and its free space.", cause: error)
        }
        return files.map(\.name)
    }

    private static func text(of table: ResultTable, as format: Format) -> String {
        switch format {
        case .markdown: table.markdown
        case .csv: table.csv.text
        case .svg: table.svg
        }
    }
}
