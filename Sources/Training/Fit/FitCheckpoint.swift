import ConvNet
import Foundation

/// A run between two epochs: what is needed to go on with the same bits.
struct FitCheckpoint: Sendable {
    /// What is no tensor.
    struct Progress: Sendable, Codable, Hashable {
        var schedule: PlateauSchedule
        var stopping: EarlyStopping
        var history: [EpochRecord] = []
        /// Of the best epoch, by subject.
        var validationLogits: [String: [Double]] = [:]

        var isOver: Bool { stopping.isOver }
        /// Counted from 1; 0 before the first.
        var bestEpoch: Int { stopping.bestEpoch.map { $0 + 1 } ?? 0 }
    }

    private static let current = "state."
    private static let moments = "optimizer."
    private static let best = "best."

    var progress: Progress
    var state: [String: Tensor]
    var optimizer: [String: Tensor]
    var best: [String: Tensor]

    /// One file, whole or not at all. The best weights are left out where they are those of the last epoch.
    ///
    /// - Parameter run: the hash of the run's identity.
    /// - Throws: `TRAINING_OUTPUT_UNWRITABLE`
    func write(run: String, to path: String) throws(TrainingError) {
        var tensors: [String: Tensor] = [:]
        func add(_ part: [String: Tensor], _ prefix: String) {
            for (name, tensor) in part { tensors[prefix + name] = tensor }
        }
        add(state, Self.current)
        add(optimizer, Self.moments)
        if progress.bestEpoch != progress.history.count { add(best, Self.best) }
        let text = String(decoding: try RunFile.json(progress), as: UTF8.self)
        do throws(ConvNetError) {
            try SafetensorsFile.write(tensors, metadata: ["run": run, "progress": text], to: path)
        } catch {
            throw TrainingError(.unwritable, error.message, cause: error)
        }
    }

    /// The checkpoint of a folder; nil where there is none.
    ///
    /// - Throws: `RUN_MISMATCH` for one of another run, or that is not whole.
    static func read(run: String, from path: String) throws(TrainingError) -> FitCheckpoint? {
        guard access(path, F_OK) == 0 else { return nil }
        let metadata: [String: String]
        let tensors: [String: Tensor]
        do throws(ConvNetError) {
            metadata = try SafetensorsFile.readMetadata(path)
            tensors = try SafetensorsFile.read(path)
        } catch {
            throw TrainingError(
                .runMismatch, "The run's checkpoint is damaged. Move the folder away and begin again.", cause: error)
        }
        guard metadata["run"] == run, let text = metadata["progress"] else {
            throw TrainingError(
                .runMismatch, "The folder's checkpoint is of another run. Name another folder, or move it away.")
        }
        func part(_ prefix: String) -> [String: Tensor] {
            var found: [String: Tensor] = [:]
            for (name, tensor) in tensors where name.hasPrefix(prefix) {
                found[String(name.dropFirst(prefix.count))] = tensor
            }
            return found
        }
        let progress = try RunFile.decode(Progress.self, Array(text.utf8))
        let state = part(Self.current)
        let best = progress.bestEpoch == progress.history.count ? state : part(Self.best)
        return FitCheckpoint(progress: progress, state: state, optimizer: part(Self.moments), best: best)
    }
}
