import ArgumentParser
import Foundation
import Screening
import Training

/// `fcdwatch evaluate`.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Measure a bundle or a profile on a data set with known answers.",
        discussion: """
            Scores every scan through the service's own code and leaves scans.csv, summary.json and summary.md: accuracy, \
            ROC-AUC, sensitivity and specificity with 95 % intervals, Heat-Scores with what they must be held against, how near \
            the map's peak is to the lesion, all of it by severity and lesion volume, and how far the acquisition alone \
            and global intensities tell the groups apart. A profile is measured by study as well.

            Example: fcdwatch evaluate --data unseen --profile models/profile.json --output evaluation
            """)

    @Option(help: ArgumentHelp("Root of a BIDS data set.", valueName: "DIR"))
    var data: String
    @Option(help: ArgumentHelp("One bundle.", valueName: "DIR"))
    var bundle: String?
    @Option(help: ArgumentHelp("A profile.json, with the bundles it names.", valueName: "FILE"))
    var profile: String?
    @Option(help: ArgumentHelp("Folder to write into.", valueName: "DIR"))
    var output: String
    @Flag(help: "Ask the service's gate first; a scan that it refuses gets no score.")
    var gate = false
    @Flag(name: .customLong("figure2"), help: "Draw four correct cases with good, wrong, near and vague maps.")
    var figure2 = false
    @Option(help: "Threads; all processors by default.")
    var threads: Int?
    @OptionGroup var format: JSONOption

    func validate() throws {
        guard (bundle == nil) != (profile == nil) else {
            throw ValidationError("Name either --bundle or --profile.")
        }
    }

    func run() throws {
        let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
        let bundles =
            try bundle.map { [try ModelBundle.load($0, threads: threads)] }
            ?? profile.map { path in
                let loaded = try LoadedProfile.load(Profile.load(path), threads: threads)
                return Modality.allCases.compactMap { loaded.bundles[$0] }
            } ?? []
        var run = EvaluationRun(data: data, bundles: bundles, output: output, threads: threads)
        run.asksGate = gate
        run.drawsFigure = figure2
        let report = try run.run { Output.progress($0) }
        if format.json {
            try Output.json(report)
        } else {
            Output.text(try String(contentsOfFile: output + "/" + RunFolder.summaryName, encoding: .utf8))
        }
    }
}
