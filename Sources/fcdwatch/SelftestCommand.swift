import ArgumentParser
import Foundation
import Screening
import Watch

/// `fcdwatch selftest`.
struct SelftestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "selftest",
        abstract: "Let every model answer its known input; status 65 where one answers otherwise.",
        discussion: """
            A bundle may hold what its members said to noise from a seed when they were made. Each is asked again on this \
            machine. The service does the same at every start, before the first case, and screens nothing with a model that \
            answers otherwise (MODEL_ANSWER_WRONG).

            Example: fcdwatch selftest --models models
            """)

    @Option(help: ArgumentHelp("Folder of bundles; by default that of the configuration.", valueName: "DIR"))
    var models: String?
    @Option(help: "Threads; all processors by default.")
    var threads: Int?
    @OptionGroup var site: SiteOptions
    @OptionGroup var format: JSONOption

    func run() throws {
        let folder = try models ?? site.configuration().paths.models
        let bundles = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            .filter { $0.hasSuffix(".fcdmodel") }.map { folder + "/" + $0 }
        guard !bundles.isEmpty else {
            throw ScreeningError(.noModel, "The folder holds no bundle. Name the folder of the models with --models.")
        }
        let answer = try SelftestJob(
            bundles: bundles, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount
        ).run()
        if format.json { return try Output.json(answer) }
        Output.table(
            [["BUNDLE", "MEMBERS", "KNOWN ANSWER"]]
                + answer.bundles.map {
                    [
                        $0.bundle, "\($0.members)",
                        $0.knownAnswer ? "given" : "none recorded; hashes and weights are in order",
                    ]
                })
    }
}
