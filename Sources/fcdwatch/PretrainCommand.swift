import ArgumentParser
import Foundation
import Training

/// `fcdwatch pretrain`.
struct PretrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pretrain", abstract: "Train an encoder by segmentation of made-up images, to transfer from.",
        discussion: """
            One encoder learns under a light head per task, after Med3D: "one" is computed tomography of the chest, "many" \
            are 23 tasks in CT and MR from head to knee. Nobody was scanned for them; the seed decides every image. The \
            folder receives encoder.safetensors (PyTorch's names; fc only with tellsApart), heads.safetensors, \
            pretraining.json, losses.csv and heldout.csv. The same call on the same folder goes on where it was \
            interrupted, with the same bits.

            Examples:
              fcdwatch pretrain --tasks one --output encoder-1
              fcdwatch pretrain --plan etc/pretrain.toml --tasks many --output encoder-23
              fcdwatch pretrain --plan etc/pretrain.toml --tasks fcd-flair --set epochs=10 --output encoder-fcd
            """)

    @Option(help: "TOML file of the plan; without one, the defaults: the paper's network and grid.")
    var plan: String?
    @Option(name: .customLong("set"), help: "A key of the plan and its value, such as epochs=10. May be repeated.")
    var settings: [String] = []
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("one, many, or names of tasks; those of the plan without it.", valueName: "TASK"))
    var tasks: [String] = []
    @Option(help: "Folder for the encoder: new, empty, or begun by the same plan.")
    var output: String
    @OptionGroup var format: JSONOption

    func run() async throws {
        var settings = try SettingsFile.load(PretrainingPlan(), path: plan, overrides: settings)
        if !tasks.isEmpty { settings.tasks = tasks }
        let begin = Date()
        let trainer = try Pretrainer(
            settings, folder: output, beside: plan, seconds: { Date().timeIntervalSince(begin) },
            report: Output.progress)
        guard let result = try trainer.run() else { return }
        if format.json {
            try Output.json(result)
        } else {
            Output.table(
                [["TASK", "LABEL", "AUC", "DICE"]]
                    + result.found.map { found in
                        [found.task, found.label]
                            + [found.auc, found.dice].map { $0.map { String(format: "%.3f", $0) } ?? "-" }
                    })
        }
    }
}
