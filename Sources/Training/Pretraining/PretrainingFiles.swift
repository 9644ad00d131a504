internal import ConvNet
internal import Foundation
internal import Simulation

/// What lies in the folder of a pretraining.
struct PretrainingFiles {
    /// Weights under PyTorch's names, without `fc`.
    static let encoder = "encoder.safetensors"
    /// One convolution per task: `TASK.weight`, `TASK.bias`.
    static let heads = "heads.safetensors"
    static let plan = "pretraining.json"
    static let losses = "losses.csv"
    static let found = "heldout.csv"
    static let checkpoint = "checkpoint.safetensors"

    private static let epochKey = "epoch"
    private static let planKey = "plan"
    private static let historyKey = "losses"
    private static let simulationKey = "simulation"

    let folder: String

    /// What a run needs to go on with the same bits.
    struct Checkpoint {
        /// Epochs that are over.
        var epoch: Int
        var losses: [PretrainingResult.Loss]
        var tensors: [String: Tensor]
    }

    init(folder: String) throws(TrainingError) {
        self.folder = folder
        try RunFile.makeFolder(folder)
    }

    func write(_ state: [String: Tensor], _ name: String, metadata: [String: String]) throws(TrainingError) {
        do {
            try SafetensorsFile.write(state, metadata: metadata, to: folder + "/" + name)
        } catch {
            throw Self.unwritable(error)
        }
    }

    func write(_ text: String, _ name: String) throws(TrainingError) {
        try RunFile.write(text, to: folder + "/" + name)
    }

    func store(_ checkpoint: Checkpoint, plan: PretrainingPlan) throws(TrainingError) {
        try write(
            checkpoint.tensors, Self.checkpoint,
            metadata: [
                Self.epochKey: String(checkpoint.epoch), Self.planKey: try Self.json(plan.identity),
                Self.historyKey: try Self.json(checkpoint.losses),
                Self.simulationKey: String(SimulationVersion.current),
            ])
    }

    /// The last checkpoint; nil where the run is new.
    ///
    /// - Throws: `RUN_MISMATCH` where it belongs to another plan or another version of the simulation.
    func lastCheckpoint(plan: PretrainingPlan) throws(TrainingError) -> Checkpoint? {
        let path = folder + "/" + Self.checkpoint
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let (metadata, tensors): ([String: String], [String: Tensor])
        do throws(ConvNetError) {
            (metadata, tensors) = (try SafetensorsFile.readMetadata(path), try SafetensorsFile.read(path))
        } catch {
            throw Self.foreign(error)
        }
        guard metadata[Self.simulationKey] == String(SimulationVersion.current) else {
            throw TrainingError(
                .runMismatch,
                "The folder holds a run on images of another version of the simulation. Name another folder, or "
                    + "empty it."
            )
        }
        guard metadata[Self.planKey] == (try Self.json(plan.identity)), let history = metadata[Self.historyKey],
            let epoch = metadata[Self.epochKey].flatMap(Int.init), (0...plan.epochs).contains(epoch)
        else { throw Self.foreign(nil) }
        do {
            let losses = try JSONDecoder().decode([PretrainingResult.Loss].self, from: Data(history.utf8))
            return Checkpoint(epoch: epoch, losses: losses, tensors: tensors)
        } catch {
            throw Self.foreign(error)
        }
    }

    private static func foreign(_ cause: (any Error)?) -> TrainingError {
        TrainingError(
            .runMismatch,
            "The folder holds the run of another plan, or one that is not whole. Name another folder, or empty it.",
            cause: cause)
    }

    static func json(_ value: some Encodable, pretty: Bool = false) throws(TrainingError) -> String {
        let encoder = JSONEncoder.readable
        if !pretty { encoder.outputFormatting = .sortedKeys }
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            throw TrainingError(.settingsInvalid, "A number is not finite. Give it a value.", cause: error)
        }
    }

    private static func unwritable(_ cause: any Error) -> TrainingError {
        TrainingError(
            .unwritable, "The folder cannot be written. Check its rights and the free space.", cause: cause)
    }
}
