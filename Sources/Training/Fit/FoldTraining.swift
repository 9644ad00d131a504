import ConvNet
import Foundation

/// Trains one network on one fold, epoch after epoch, until the validation loss falls no more; the best weights are kept.
///
/// Everything lies in one folder: `protocol.json` (all that the result follows from), `checkpoint.safetensors` (after
/// every epoch, whole or not at all), `curves.csv`, `curves.svg`, and at the end `weights.safetensors` and `result.json`.
/// A run in a folder that has a checkpoint of the same protocol goes on behind it, and ends with the same bits as one that
/// was never stopped, on the same number of threads.
package struct FoldTraining {
    package static let checkpointName = "checkpoint.safetensors"
    package static let weightsName = "weights.safetensors"

    /// Called after each epoch, when its checkpoint is on the disk; what it throws ends the run, which may be taken up.
    package var afterEpoch: (EpochRecord) throws(TrainingError) -> Void = { _ in }
    /// Seconds that go on evenly. They are reported and stored, and nothing depends on them.
    package var clock: () -> Double = { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
    /// Where relative names of `transfer.checkpoint` begin; the working folder where empty.
    package var checkpointBase = ""
    /// A folder in which folds of the same protocol share the frozen layers' output; nil for one in the run's own folder,
    /// or none where memory does. See `augmentationBank`.
    package var bankFolder: String?
    /// A bank larger than this goes to files.
    package var bankMemoryLimitBytes = SampleStore.standardMemoryLimitBytes

    private let settings: TrainingProtocol
    private let store: SampleStore
    private let fold: FoldPlan.Fold
    private let folder: String
    private let threads: Int
    private let report: (String) -> Void

    package init(
        _ settings: TrainingProtocol, store: SampleStore, fold: FoldPlan.Fold, folder: String, threads: Int,
        report: @escaping (String) -> Void = { _ in }
    ) {
        self.settings = settings
        self.store = store
        self.fold = fold
        self.folder = folder
        self.threads = threads
        self.report = report
    }

    /// Trains to the end, or from where the folder's checkpoint stands.
    ///
    /// - Throws: `RUN_MISMATCH` for a folder of another protocol; `TRAINING_DIVERGED`; `TRANSFER_CHECKPOINT_UNFIT`;
    ///   `DATASET_TOO_SMALL` for a fold without both groups to train on or nobody to validate on; `SETTINGS_INVALID`,
    ///   `DATASET_INVALID`, `TRAINING_INPUT_UNREADABLE`, `TRAINING_OUTPUT_UNWRITABLE`.
    package func run() throws(TrainingError) -> FitResult {
        try settings.validate()
        let (train, validation) = try members()
        let checkpoint = checkpointPath
        let identity = try RunIdentity(
            settings, store: store, train: train, validation: validation, checkpoint: checkpoint)
        let run = try claim(identity)
        let initial = try InitialState.make(
            settings.architecture, checkpoint: checkpoint, trainable: settings.transfer.trainable,
            seed: SeedName.seed(settings.seed, ["weights", identity.foldName]))
        if checkpoint != nil { report(Self.words(initial)) }
        var session = try FitSession(
            settings, store: store, fold: identity.foldName, train: train, validation: validation,
            initial: initial.state, resuming: FitCheckpoint.read(run: run, from: path(Self.checkpointName)),
            threads: threads, clock: clock)
        defer { session.stop() }
        if session.epochs > 0 { report("taken up after epoch \(session.epochs)") }
        if settings.fit.augmentationBank > 0, !session.isOver {
            try session.makeBank(
                folder: bankFolder ?? path("bank"), alwaysFiles: bankFolder != nil,
                memoryLimitBytes: bankMemoryLimitBytes, checkpointSHA256: identity.checkpointSHA256 ?? "",
                report: report)
        }
        while !session.isOver {
            let record = try session.epoch()
            try session.checkpoint.write(run: run, to: path(Self.checkpointName))
            try writeCurves(session.checkpoint.progress)
            report(progressLine(session))
            try afterEpoch(record)
        }
        let result = session.result
        try finish(result, session)
        return result
    }

    // MARK: Who and where

    private func path(_ name: String) -> String { folder + "/" + name }

    private var checkpointPath: String? {
        settings.transfer.path(beside: checkpointBase)
    }

    /// Those of the fold that have a prepared scan, sorted.
    private func members() throws(TrainingError) -> (train: [Subject], validation: [Subject]) {
        func present(_ ids: [String]) throws(TrainingError) -> [Subject] {
            var found: [Subject] = []
            for id in ids.sorted() {
                if let subject = store.subject(id), store.contains(id) {
                    found.append(subject)
                } else if !store.refusals.contains(where: { $0.subject == id }) {
                    throw TrainingError(
                        .dataSetInvalid, "The fold names somebody who is not in the data set; make the plan again.",
                        subject: id)
                }
            }
            return found
        }
        let (train, validation) = (try present(fold.train), try present(fold.validation))
        guard Set(train.map(\.group)).count == Subject.Group.allCases.count, !validation.isEmpty else {
            throw TrainingError(
                .tooFewSubjects,
                "A fold needs scans of both groups to train on and at least one to validate on, without those left out."
            )
        }
        return (train, validation)
    }

    /// Makes the folder this run's own, or finds that it is.
    ///
    /// - Returns: the hash of the identity.
    private func claim(_ identity: RunIdentity) throws(TrainingError) -> String {
        try RunFile.makeFolder(folder)
        if let bytes = try RunFile.read(path("protocol.json")) {
            let stored = try RunFile.decode(RunIdentity.self, bytes)
            guard stored == identity else {
                let difference = try identity.firstDifference(from: stored)
                throw TrainingError(
                    .runMismatch,
                    "The folder belongs to a run with other settings: \(difference) differs. "
                        + "Name another folder, or use the settings of its protocol.json.")
            }
        } else {
            guard access(path(Self.checkpointName), F_OK) != 0 else {
                throw TrainingError(
                    .runMismatch, "The folder has a checkpoint but no protocol.json. Name another folder.")
            }
            try RunFile.write([try RunFile.json(identity)], to: path("protocol.json"))
        }
        return try identity.hash()
    }

    // MARK: What is written and said

    private func writeCurves(_ progress: FitCheckpoint.Progress) throws(TrainingError) {
        let curves = Curves(history: progress.history, best: progress.bestEpoch)
        try RunFile.write(curves.csv, to: path("curves.csv"))
        try RunFile.write(curves.svg, to: path("curves.svg"))
    }

    private func finish(_ result: FitResult, _ session: FitSession) throws(TrainingError) {
        do throws(ConvNetError) {
            try SafetensorsFile.write(result.state, metadata: [:], to: path(Self.weightsName))
        } catch {
            throw TrainingError(.unwritable, error.message, cause: error)
        }
        try RunFile.write(
            [try RunFile.json(FitSummary(result, refusals: refused, threads: threads))], to: path("result.json"))
        let best = result.history[result.bestEpoch - 1]
        report(
            "\(result.stoppedAfter.map { "stopped early after epoch \($0)" } ?? "done after \(result.history.count) epochs")"
                + "; best epoch \(best.epoch): validation loss \(Decimals.fixed(best.validationLoss, 4)), "
                + "accuracy \(Decimals.fixed(best.validationAccuracy, 3))")
    }

    private var refused: [SampleStore.Refusal] {
        let named = Set(fold.train + fold.validation)
        return store.refusals.filter { named.contains($0.subject) }
    }

    private func progressLine(_ session: FitSession) -> String {
        let history = session.checkpoint.progress.history
        guard let record = history.last else { return "" }
        let recent = history.suffix(5)
        let each = recent.reduce(0) { $0 + $1.seconds } / Double(recent.count)
        let left = each * Double(settings.fit.epochs - record.epoch)
        return "epoch \(record.epoch)/\(settings.fit.epochs)  train \(Decimals.fixed(record.trainLoss, 4))  "
            + "validation \(Decimals.fixed(record.validationLoss, 4))  "
            + "accuracy \(Decimals.fixed(record.validationAccuracy, 3))  "
            + "rate \(Decimals.short(record.learningRate))  \(Decimals.time(record.seconds))"
            + (session.isOver ? "" : "  at most \(Decimals.time(left)) left")
            + (session.waitedShare >= 0.005
                ? "  (waited \(Int((session.waitedShare * 100).rounded())) % for scans)" : "")
    }

    private static func words(_ initial: InitialState) -> String {
        var words = "encoder: \(initial.state.count - initial.fresh.count) tensors taken over"
        if !initial.fresh.isEmpty { words += "; from random weights: \(list(initial.fresh))" }
        if !initial.unexpected.isEmpty { words += "; not used: \(list(initial.unexpected))" }
        return words
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(6).joined(separator: ", ") + (names.count > 6 ? " and \(names.count - 6) more" : "")
    }
}
