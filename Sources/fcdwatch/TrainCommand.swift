import ArgumentParser
import Foundation
import Screening
import Training

/// `fcdwatch train`.
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train one network on one fold of a BIDS data set.",
        discussion: """
            The protocol is a TOML file over the defaults, which are the paper's; --set changes one key. It is stored with \
            the run. The folder holds a checkpoint after every epoch: the same call continues what was interrupted and \
            ends with the same bits. curves.svg and curves.csv show how it goes, weights.safetensors is the epoch with the \
            smallest validation loss.

            Examples:
              fcdwatch train --data ds004199 --modality FLAIR --output run
              fcdwatch train --data cohort --modality T1w --protocol etc/paper.toml --fold 3 --output run3 \\
                --set transfer.source=23-tasks --set transfer.checkpoint=resnet_18_23dataset.pth \\
                --set transfer.trainable='["layer4", "fc"]' --augmentation-bank 8
            """)

    @Option(help: ArgumentHelp("Root of the data set.", valueName: "DIR"))
    var data: String
    @Option(help: "T1w or FLAIR.")
    var modality: Modality
    @Option(name: .customLong("protocol"), help: "TOML file of the protocol; without one, the paper's.")
    var protocolFile: String?
    @Option(
        name: .customLong("set"), help: "A key of the protocol and its value, such as fit.batch=4. May be repeated.")
    var settings: [String] = []
    @Option(help: "Which fold, from 1; what tests in it is left alone.")
    var fold = 1
    @Option(help: "Turned copies of each scan whose frozen features are made once; the same as fit.augmentationBank.")
    var augmentationBank: Int?
    @Option(help: ArgumentHelp("Folder of the run: new, empty, or begun by the same call.", valueName: "DIR"))
    var output: String
    @Option(help: "Threads; 0: as many as the machine has processors.")
    var threads = 0
    @OptionGroup var format: JSONOption

    func validate() throws {
        guard threads >= 0 else { throw ValidationError("--threads is 0 or more.") }
        guard fold >= 1 else { throw ValidationError("--fold is 1 or more.") }
    }

    func run() async throws {
        let bank = augmentationBank.map { ["fit.augmentationBank=\($0)"] } ?? []
        var chosen = try SettingsFile.load(TrainingProtocol(), path: protocolFile, overrides: settings + bank)
        chosen.transfer.checkpoint = SettingsFile.resolve(chosen.transfer.checkpoint, beside: protocolFile)
        let job = FoldJob(
            settings: chosen, data: data, modality: modality, fold: fold, folder: output,
            threads: threads > 0 ? threads : ProcessInfo.processInfo.activeProcessorCount)
        let summary = try job.run(report: Output.progress)
        if format.json { try Output.json(summary) } else { Output.line("weights: \(output)/weights.safetensors") }
    }
}
