import ArgumentParser
import Foundation
import Training

/// `fcdwatch stats`.
struct StatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Paired t-tests: does a start from other tasks change the results?",
        discussion: """
            Pairs are modality × architecture, as in the paper: 1 task vs none, 23 vs none, 23 vs 1. With --paper the tests \
            are made of the tables that the paper prints, and compared with the p-values of its text.

            Examples:
              fcdwatch stats --paper --json
              fcdwatch stats runs/paper
            """)

    @Argument(help: ArgumentHelp("Folders with the outcomes of crossval, or above them.", valueName: "FOLDER"))
    var folders: [String] = []
    @Flag(help: "Test the paper's own tables.")
    var paper = false
    @OptionGroup var format: JSONOption

    func validate() throws {
        if paper != folders.isEmpty { throw ValidationError("Name run folders, or give --paper.") }
    }

    func run() throws {
        let answer = try StatsAnswer(
            rows: paper
                ? PaperTables.rows : RunResults.load(folders.map { URL(filePath: $0) }).outcomes.map(ResultRow.init),
            isPaper: paper)
        if format.json { try Output.json(answer) } else { Output.text(answer.text) }
    }
}
