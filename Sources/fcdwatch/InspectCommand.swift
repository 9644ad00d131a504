import ArgumentParser
import DICOM
import Imaging
import Watch

/// `fcdwatch inspect`.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what is in files or folders, what would be used, and why the rest would not.",
        discussion: """
            The [[series]] rules of the configuration are applied where there is one: of --config, else of the service.

            Example: fcdwatch inspect STUDY --json
            """)

    @Argument(help: "Files or folders.")
    var paths: [String]
    @Option(help: ArgumentHelp("Configuration whose [[series]] rules are applied.", valueName: "FILE"))
    var config: String?
    @OptionGroup var format: JSONOption

    func run() async throws {
        let rules = try config.map { try Configuration.load($0).series } ?? Site.seriesRules()
        let files = try FileList.collect(paths)
        let report = try await Standalone().inspect(files, rules: rules)
        guard !format.json else { return try Output.json(report) }
        for line in InspectText(report, files: files, rules: rules.count).lines { Output.line(line) }
    }
}
