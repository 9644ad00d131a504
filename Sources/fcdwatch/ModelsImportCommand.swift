import ArgumentParser
import ConvNet
import Foundation
import Imaging
import Screening
import Watch

extension ModelsCommand {
    /// `fcdwatch models import`.
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a bundle from PyTorch or safetensors checkpoints, one member each.",
            discussion: """
                Reads PyTorch files (legacy and zip) without running anything in them, and safetensors. Every parameter must be \
                there and fit; missing, unexpected and mismatched keys are listed. A backbone without its last layer is taken \
                with --new-head only, which puts random weights there.

                Example: fcdwatch models import fold0.pth fold1.pth --depth 18 --modality T1w --output T1.fcdmodel
                """)

        @Argument(help: "Checkpoints: .pth, .pt or .safetensors.")
        var files: [String]
        @Option(help: "Depth of the residual network: 18, 34 or 50.")
        var depth = 18
        @Option(help: "Channels of the first stage; read off the checkpoint by default.")
        var width: Int?
        @Option(help: "Shortcut type, A or B; read off the checkpoint by default.")
        var shortcut: Architecture.Shortcut?
        @Option(help: "Strides and dilations: paper, or medicalnet (those in which MedicalNet was trained).")
        var geometry = Geometry.paper
        @Option(help: "T1w or FLAIR.")
        var modality: Modality
        @Option(help: "New bundle folder.")
        var output: String
        @Option(help: "Name of the model.")
        var name: String?
        @Option(help: "Version of the model.")
        var modelVersion = "1"
        @Option(help: "untrained, demonstration or research.")
        var status = ModelIdentity.Status.demonstration
        @Option(help: "What scans must show: fullHead or stripped.")
        var input = InputKind.fullHead
        @Option(help: "Mean score over which a modality is flagged, 0…1.")
        var threshold = 0.5
        @Option(help: "Temperature of the calibration.")
        var temperature = 1.0
        @Option(help: ArgumentHelp("Preprocessing plan as JSON; the standard plan by default.", valueName: "FILE"))
        var plan: String?
        @Option(help: "On which data the weights were trained, in a sentence.")
        var data = "Not stated by who imported it."
        @Option(help: "Number of subjects trained on.")
        var subjects = 0
        @Flag(help: "Put random weights into a last layer that the checkpoint lacks.")
        var newHead = false
        @Option(help: "Seed of those weights.")
        var seed: UInt64 = 1
        @OptionGroup var format: JSONOption

        func run() throws {
            let states = try files.map(Self.read)
            guard let first = states.first else { throw ValidationError("Name at least one checkpoint.") }
            let architecture = geometry.architecture(
                depth: depth, width: width ?? Architecture.width(of: first) ?? 64,
                shortcut: shortcut ?? Architecture.shortcut(of: first))
            let preprocessing = try plan.map(Self.readPlan) ?? .standard(input)
            let manifest = ModelManifest(
                name: name ?? "imported-\(modality.rawValue.lowercased())", version: modelVersion, modality: modality,
                status: newHead ? .untrained : status, input: input, architecture: architecture,
                preprocessing: preprocessing,
                members: states.indices.map {
                    ModelManifest.Member(file: "", sha256: "", fold: states.count > 1 ? $0 : nil)
                },
                calibration: Calibration(temperature: temperature), threshold: threshold,
                training: ModelManifest.Training(
                    method: newHead ? "Imported backbone, random last layer." : "Imported.", data: data,
                    subjects: subjects, seed: newHead ? seed : nil),
                limits: ["Imported weights: nothing is known here of how well they do."])
            let bundle = try ModelBundle.importing(
                checkpoints: states, manifest: manifest, newHeadSeed: newHead ? seed : nil, to: output)
            if format.json {
                try Output.json(bundle.manifest)
            } else {
                Output.line(
                    "\(bundle.manifest.architecture.depth) layers, width \(bundle.manifest.architecture.width), "
                        + "\(bundle.manifest.members.count) members, model.json SHA-256 \(bundle.sha256)")
            }
        }

        /// What cannot be read off a checkpoint.
        enum Geometry: String, ExpressibleByArgument {
            case paper, medicalnet

            func architecture(depth: Int, width: Int, shortcut: Architecture.Shortcut) -> Architecture {
                switch self {
                case .paper: Architecture(depth: depth, width: width, shortcut: shortcut)
                case .medicalnet: .medicalNet(depth: depth, width: width, shortcut: shortcut)
                }
            }
        }

        private static func read(_ path: String) throws -> [String: Tensor] {
            path.hasSuffix(".safetensors") ? try SafetensorsFile.read(path) : try PyTorchCheckpoint.read(path)
        }

        private static func readPlan(_ path: String) throws -> PreprocessingPlan {
            try JSONDecoder().decode(PreprocessingPlan.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        }
    }
}

extension Modality: ExpressibleByArgument {}
extension InputKind: ExpressibleByArgument {}
extension ModelIdentity.Status: ExpressibleByArgument {}
extension Architecture.Shortcut: ExpressibleByArgument {}
