package import ConvNet
import Foundation

/// What a training starts from: random weights, or an encoder that was trained on another task.
package struct InitialState: Sendable {
    package var state: [String: Tensor]
    /// Names that the checkpoint lacked, or had in another shape, and that start from random weights; sorted.
    package var fresh: [String] = []
    /// Names that the checkpoint had and the network does not know; sorted.
    package var unexpected: [String] = []

    /// - Parameters:
    ///   - checkpoint: PyTorch (also MedicalNet's) or safetensors; nil for random weights throughout.
    ///   - trainable: begins of the names of what is trained; empty for everything.
    ///   - seed: of the random weights, the same with and without a checkpoint.
    /// - Throws: `TRANSFER_CHECKPOINT_UNFIT` with the names, where anything that stays frozen would be missing or is of
    ///   another shape, or where a trained layer but `fc` has another shape; `SETTINGS_INVALID` for frozen random weights.
    package static func make(
        _ architecture: Architecture, checkpoint: String?, trainable: [String], seed: UInt64
    ) throws(TrainingError) -> InitialState {
        do throws(ConvNetError) { try architecture.validate() } catch {
            throw TrainingError(.settingsInvalid, error.message, subject: error.subject, cause: error)
        }
        let random = ResNet3D.randomState(architecture, seed: seed)
        guard let checkpoint else {
            guard trainable.isEmpty else {
                throw TrainingError(
                    .settingsInvalid,
                    "Without a checkpoint the frozen layers would stay random. Name transfer.checkpoint, or train everything.",
                    subject: "transfer.trainable")
            }
            return InitialState(state: random)
        }
        let weights: [String: WeightView]
        do throws(ConvNetError) { weights = try WeightFile.map(checkpoint) } catch {
            throw TrainingError(.checkpointUnfit, error.message, subject: error.subject, cause: error)
        }
        return try fit(weights, to: architecture, random: random, trainable: trainable)
    }

    private static func fit(
        _ weights: [String: WeightView], to architecture: Architecture, random: [String: Tensor], trainable: [String]
    ) throws(TrainingError) -> InitialState {
        let report = StateDictReport.compare(shapes: weights.mapValues(\.shape), to: architecture)
        func isTrained(_ name: String) -> Bool {
            trainable.isEmpty || trainable.contains { name == $0 || name.hasPrefix($0 + ".") }
        }
        func isClassifier(_ name: String) -> Bool { name.hasPrefix("fc.") }
        let missing = report.missing.filter { !isTrained($0) }
        let mismatched = report.mismatched.filter { !isTrained($0) || !isClassifier($0) }
        if !missing.isEmpty || !mismatched.isEmpty {
            throw unfit(missing, mismatched, architecture, weights)
        }
        let fresh = (report.missing + report.mismatched).sorted()
        guard architecture.parameterShapes.contains(where: { !isClassifier($0.name) && weights[$0.name] != nil }) else {
            throw TrainingError(
                .checkpointUnfit, "No tensor of the checkpoint has a name of this network. Name another checkpoint.")
        }
        var state = random
        let kept = Set(fresh)
        for (name, _) in architecture.parameterShapes where !kept.contains(name) {
            guard let view = weights[name] else { continue }
            guard view.isFinite else {
                throw TrainingError(
                    .checkpointUnfit, "The checkpoint holds a value that is not finite. Get the file again.",
                    subject: name)
            }
            state[name] = view.tensor
        }
        return InitialState(state: state, fresh: fresh, unexpected: report.unexpected)
    }

    private static func unfit(
        _ missing: [String], _ mismatched: [String], _ architecture: Architecture, _ weights: [String: WeightView]
    ) -> TrainingError {
        var sentences: [String] = []
        if !missing.isEmpty { sentences.append("Missing: \(missing.joined(separator: ", ")).") }
        if !mismatched.isEmpty { sentences.append("Of another shape: \(mismatched.joined(separator: ", ")).") }
        let hint =
            architecture.shortcut == .b && !weights.keys.contains { $0.contains(".downsample.") }
            ? " It was made with shortcut A: set network.shortcut to \"A\"."
            : " Set network.depth, width and shortcut to those of the checkpoint."
        return TrainingError(
            .checkpointUnfit,
            "The checkpoint does not fit, and a frozen layer cannot start from random weights. "
                + sentences.joined(separator: " ") + hint)
    }
}
