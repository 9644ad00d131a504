package import Foundation
import Screening

/// What cross-validations left in their run folders.
package struct RunResults: Sendable {
    /// One cross-validation.
    package struct Run: Sendable {
        package var outcome: ModelOutcome
        /// Its test scans; none where the folder has no `scans.csv`.
        package var rows: [ScanRow]
        /// Its Figure 2 as SVG; nil where the folder has none.
        package var figure: String?

        package init(outcome: ModelOutcome, rows: [ScanRow], figure: String? = nil) {
            self.outcome = outcome
            self.rows = rows
            self.figure = figure
        }

        /// "resnet18, 23 tasks".
        var title: String {
            "resnet\(outcome.depth), \(outcome.source == .none ? "no transfer" : outcome.source.words)"
        }
    }

    package var runs: [Run]
    package var outcomes: [ModelOutcome] { runs.map(\.outcome) }

    /// In the order of the tables.
    package init(runs: [Run]) {
        self.runs = runs.sorted { ResultRow.isBefore(ResultRow($0.outcome), ResultRow($1.outcome)) }
    }

    /// Reads every `outcome.json`, and `scans.csv` beside it, in the folders and below them.
    ///
    /// - Throws: `unreadable`, `dataSetInvalid`; `settingsInvalid` where two outcomes would be the same row of a table.
    package static func load(_ folders: [URL]) throws(TrainingError) -> RunResults {
        var runs: [Run] = []
        var seen: [[String]: String] = [:]
        var found: [(folder: URL, name: String)] = []
        for (place, folder) in folders.enumerated() {
            // A name of ours: paths do not belong in errors.
            let name = "folder \(place + 1)"
            found += try runFolders(folder, name).map { ($0, name) }
        }
        for (folder, name) in found {
            let outcome: ModelOutcome
            do {
                let data = try Data(contentsOf: folder.appending(path: ModelOutcome.fileName))
                outcome = try JSONDecoder().decode(ModelOutcome.self, from: data)
            } catch {
                throw TrainingError(
                    .unreadable, "An outcome.json cannot be read; run the cross-validation again.",
                    subject: name, cause: error)
            }
            let key = ["\(outcome.depth)", outcome.source.rawValue, outcome.modality.rawValue]
            if let other = seen[key] {
                throw TrainingError(
                    .settingsInvalid,
                    "Two runs are of resnet\(outcome.depth), \(outcome.modality.rawValue), transfer "
                        + "\(outcome.source.words); name one of them.",
                    subject: "\(other), \(name)")
            }
            seen[key] = name
            runs.append(Run(outcome: outcome, rows: try scans(folder, name), figure: figure(folder)))
        }
        return RunResults(runs: runs)
    }

    private static func scans(_ folder: URL, _ name: String) throws(TrainingError) -> [ScanRow] {
        let file = folder.appending(path: ScanRow.fileName)
        guard FileManager.default.fileExists(atPath: file.path) else { return [] }
        let text: String
        do {
            text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        } catch {
            throw TrainingError(
                .unreadable, "A scans.csv cannot be read; evaluate again.", subject: name,
                cause: error)
        }
        return try ScanRow.rows(of: CSVTable(parsing: text))
    }

    private static func figure(_ folder: URL) -> String? {
        FileManager.default.contents(atPath: folder.appending(path: RunFolder.figureName).path)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// Folders that hold an outcome, sorted by path.
    private static func runFolders(_ folder: URL, _ name: String) throws(TrainingError) -> [URL] {
        guard let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else {
            throw TrainingError(
                .unreadable, "A run folder cannot be read; check its name.", subject: name)
        }
        var found: [URL] = []
        for case let file as URL in walk where file.lastPathComponent == ModelOutcome.fileName {
            found.append(file.deletingLastPathComponent())
        }
        guard !found.isEmpty else {
            throw TrainingError(
                .unreadable, "A folder holds no outcome.json; name one that `fcdwatch crossval` wrote.",
                subject: name)
        }
        return found.sorted { $0.path < $1.path }
    }
}
