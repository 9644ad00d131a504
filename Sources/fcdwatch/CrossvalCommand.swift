import ArgumentParser
import Foundation
import Screening
import Training

/// `fcdwatch crossval`.
struct CrossvalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crossval", abstract: "Train one network per fold, and measure each on subjects it never saw.",
        discussion: """
            Leaves protocol, fold plan, a folder per fold, scans.csv (every test scan), outcome.json (for tables and stats) \
            and summary.md, with the baselines that see no lesion beside every figure. The same command goes on with a run \
            that was ended. With --bundle the members of all folds become a bundle that the service takes, with profile.json \
            and MODELCARD.md; run it for both modalities into one --models folder.

            Example: fcdwatch crossval --data cohort --protocol etc/paper.toml --modality FLAIR --output run-flair \\
            --bundle demonstration --models models --calibrate-on unseen
            """)

    @Option(help: ArgumentHelp("Root of a BIDS data set.", valueName: "DIR"))
    var data: String
    @Option(
        name: .customLong("protocol"),
        help: ArgumentHelp("Settings as TOML; the paper's by default.", valueName: "FILE"))
    var protocolFile: String?
    @Option(help: "T1w or FLAIR.")
    var modality: Modality
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("One setting, over the file's; may be repeated.", valueName: "KEY=VALUE"))
    var overrides: [String] = []
    @Option(help: ArgumentHelp("Folder of the run.", valueName: "DIR"))
    var output: String
    @Option(help: ArgumentHelp("Make a bundle NAME-<modality>-<version>, and the profile NAME.", valueName: "NAME"))
    var bundle: String?
    @Option(help: "Version of the bundle.")
    var bundleVersion = "1"
    @Option(
        help: ArgumentHelp("Folder for bundle and profile; models in the run's folder by default.", valueName: "DIR"))
    var models: String?
    @Option(help: "What the bundle is: demonstration or research.")
    var status = ModelIdentity.Status.demonstration
    @Option(help: ArgumentHelp("A data set that no member saw, for temperature and threshold.", valueName: "DIR"))
    var calibrateOn: String?
    @Option(
        help: ArgumentHelp("Another one, for the operating point; that of --calibrate-on by default.", valueName: "DIR")
    )
    var measureOn: String?
    @Flag(help: "Train on labels given out by chance: such networks must score 0.5.")
    var shuffleLabels = false
    @Option(help: "Stop after so many folds; the same command without it goes on.")
    var limitFolds: Int?
    @Option(help: "Threads; all processors by default.")
    var threads: Int?
    @OptionGroup var format: JSONOption

    func run() throws {
        let settings = try SettingsFile.load(TrainingProtocol(), path: protocolFile, overrides: overrides)
        var run = CrossvalRun(
            data: data, settings: settings, modality: modality, output: output,
            threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
        run.options = CrossValidation.Options(shuffleLabels: shuffleLabels, limitFolds: limitFolds)
        run.checkpointBase = protocolFile.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path } ?? ""
        if let bundle {
            var wanted = CrossvalRun.Bundle(name: bundle)
            wanted.version = bundleVersion
            wanted.folder = models
            wanted.status = status
            wanted.calibrateOn = calibrateOn
            wanted.measureOn = measureOn
            run.bundle = wanted
        }
        let outcome = try run.run { Output.progress($0) }
        if format.json {
            try Output.json(outcome)
        } else {
            Output.text(try String(contentsOfFile: output + "/" + RunFolder.summaryName, encoding: .utf8))
        }
    }
}
