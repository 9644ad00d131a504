import ArgumentParser
import Foundation
import Logging
import Watch

/// `fcdwatch demo`.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Run a whole night in a minute, on made-up studies.",
        discussion: """
            Writes sample studies (whole, a missing slice, thick slices, hostile files, NIfTI, a FLAIR that comes late, a \
            bottle), runs the service over them, and compares what became of each with what should. With the trained \
            demonstration models, which are looked for in the checkout's models folder and where make install puts them, \
            the study with a lesion must be flagged and the healthy ones must not; without any, untrained models show that \
            the machinery works.

            Example: fcdwatch demo --output demo
            """)

    @Option(help: "Folder for the night: new, empty, or an earlier demo's, which is emptied.")
    var output = NSTemporaryDirectory() + "fcdwatch-demo"
    @Option(help: ArgumentHelp("Folder with profile.json and the bundles it names.", valueName: "DIR"))
    var models: String?
    @Flag(help: "Use untrained models also where trained ones are there.")
    var untrained = false
    @OptionGroup var format: JSONOption

    private var trainedModels: String? {
        if untrained { return nil }
        return models.map { URL(fileURLWithPath: $0).standardizedFileURL.path } ?? ShippedModels.folder()
    }

    func run() async throws {
        let folder = URL(fileURLWithPath: output).standardizedFileURL.path
        let night = DemoNight(folder: folder, log: ServiceLog.make(level: "error"), models: trainedModels)
        let outcomes = try await night.run { Output.progress($0) }
        if format.json {
            try Output.json(outcomes)
        } else {
            Output.table(
                [["STUDY", "EXPECTED", "FOUND", ""]]
                    + outcomes.map {
                        [$0.study, $0.expected, $0.found, $0.isAsExpected ? "as expected" : "NOT AS EXPECTED"]
                    })
            Output.line()
            Output.line(
                "Page of the first study: \(folder)/reports/\(outcomes.first?.caseID ?? "")/\(Publication.pageName)")
            Output.line("Work list:")
            Output.line(night.workList)
        }
        guard outcomes.allSatisfy(\.isAsExpected) else { throw ExitCode(ExitStatus.software.rawValue) }
    }
}
