import ArgumentParser
import Foundation
import Training

/// `fcdwatch tables`.
struct TablesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tables", abstract: "Write Tables 1 and 2 of cross-validations, and what belongs beside them.",
        discussion: """
            table1 is T1w and table2 FLAIR in the paper's layout; 1a and 2a have intervals and baselines, 1b and 2b \
            Heat-Scores with the brain as background, signed, and how many were scored. by-severity and by-volume are \
            thirds of the patients, ttests the paired tests. Without --format each is written as Markdown, CSV and SVG. \
            figure2 are the four cases that each run drew: maps that are good, wrong, near and vague.

            Examples:
              fcdwatch tables runs/paper --output reports
              fcdwatch tables --paper --output printed --format svg
            """)

    @Argument(help: ArgumentHelp("Folders with the outcomes of crossval, or above them.", valueName: "FOLDER"))
    var folders: [String] = []
    @Flag(help: "Write the tables that the paper prints.")
    var paper = false
    @Option(help: ArgumentHelp("Where to write.", valueName: "DIR"))
    var output: String
    @Option(help: "markdown, csv or svg; may be given several times.")
    var format: [TableFiles.Format] = []
    @Option(help: ArgumentHelp("What the captions call the data.", valueName: "WORDS"))
    var data = ""

    func validate() throws {
        if paper != folders.isEmpty { throw ValidationError("Name run folders, or give --paper.") }
    }

    func run() throws {
        let results = try paper ? nil : RunResults.load(folders.map { URL(filePath: $0) })
        let names = try TableFiles.write(
            results.map { TableFiles.tables($0, data: data) } ?? TableFiles.paper,
            figures: results.map(TableFiles.figures) ?? [],
            formats: format.isEmpty ? TableFiles.Format.allCases : format, to: URL(filePath: output))
        for name in names { Output.line(name) }
    }
}

extension TableFiles.Format: ExpressibleByArgument {}
