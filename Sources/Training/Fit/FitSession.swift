import ConvNet
import Foundation
import Screening

/// A network in training, between its epochs.
struct FitSession {
    private let settings: TrainingProtocol
    private let store: SampleStore
    private let fold: String
    private let train: [Subject]
    private let validation: [Subject]
    private let order: BatchOrder
    private let network: TrainingNetwork
    private let clock: () -> Double
    private var bank: FeatureBank?
    private var loader: Loader<Batch>?

    private var progress: FitCheckpoint.Progress
    private var best: [String: Tensor]
    /// Share of the last epoch's time for which the network waited for scans, 0…1.
    private(set) var waitedShare = 0.0

    init(
        _ settings: TrainingProtocol, store: SampleStore, fold: String, train: [Subject], validation: [Subject],
        initial: [String: Tensor], resuming checkpoint: FitCheckpoint?, threads: Int, clock: @escaping () -> Double
    ) throws(TrainingError) {
        self.settings = settings
        self.store = store
        self.fold = fold
        self.train = train
        self.validation = validation
        self.clock = clock
        order = try BatchOrder(settings, fold: fold, subjects: train)
        let trainable = settings.transfer.trainable
        do throws(ConvNetError) {
            network = try TrainingNetwork(
                settings.architecture, state: checkpoint?.state ?? initial,
                trainable: trainable.isEmpty ? nil : trainable,
                memory: settings.fit.recompute ? .blockInputs : .convolutionOutputs, threads: threads)
            if let checkpoint { try network.restore(optimizer: checkpoint.optimizer) }
        } catch {
            throw TrainingError(
                checkpoint == nil ? .settingsInvalid : .runMismatch, error.message, subject: error.subject, cause: error
            )
        }
        progress =
            checkpoint?.progress
            ?? FitCheckpoint.Progress(
                schedule: PlateauSchedule(settings.fit),
                stopping: EarlyStopping(patience: settings.fit.earlyStoppingPatience))
        best = checkpoint?.best ?? initial
    }

    /// Epochs that are done.
    var epochs: Int { progress.history.count }
    var isOver: Bool { progress.isOver || epochs >= settings.fit.epochs }

    var checkpoint: FitCheckpoint {
        FitCheckpoint(
            progress: progress, state: network.state(), optimizer: network.optimizerState(), best: best)
    }

    var result: FitResult {
        FitResult(
            state: best, history: progress.history, stoppedAfter: progress.isOver ? epochs : nil,
            bestEpoch: progress.bestEpoch, validationLogits: progress.validationLogits)
    }

    /// Runs the frozen layers over every copy.
    ///
    /// - Parameter checkpointSHA256: of the encoder, so that a shared folder's files are those of this trunk.
    mutating func makeBank(
        folder: String, alwaysFiles: Bool, memoryLimitBytes: Int, checkpointSHA256: String,
        report: (String) -> Void
    ) throws(TrainingError) {
        guard network.hasTrunk else {
            throw TrainingError(
                .settingsInvalid,
                "A bank of copies needs frozen layers. Set transfer.trainable, or fit.augmentationBank to 0.",
                subject: "fit.augmentationBank")
        }
        let key = try RunFile.json([
            "trunk": checkpointSHA256, "modality": store.modality.rawValue, "seed": "\(settings.seed)",
            "network": "\(settings.network)", "preparation": "\(settings.preparation)",
            "trainable": settings.transfer.trainable.joined(separator: " "),
            "degrees": "\(settings.fit.rotationDegrees) \(settings.fit.pairedBatches)",
        ])
        bank = try FeatureBank(
            network, store: store, order: order, copies: settings.fit.augmentationBank, train: train,
            validation: validation, folder: folder + "/" + RunIdentity.digest(Data(key)).prefix(16),
            alwaysFiles: alwaysFiles, memoryLimitBytes: memoryLimitBytes, report: report)
    }

    /// Trains on every scan once, then validates.
    ///
    /// - Throws: `TRAINING_DIVERGED`, and what reading throws. The session is then of no more use.
    mutating func epoch() throws(TrainingError) -> EpochRecord {
        let number = epochs + 1
        let loader = startedLoader()
        let (start, waited) = (clock(), loader.waitedSeconds)
        let rate = progress.schedule.learningRate
        let trainLoss = try trainingPass(loader, epoch: number, rate: rate)
        let validated = try validationPass(loader, epoch: number)
        let record = EpochRecord(
            epoch: number, trainLoss: trainLoss, validationLoss: validated.loss,
            validationAccuracy: validated.accuracy, learningRate: rate, seconds: clock() - start)
        waitedShare = record.seconds > 0 ? min(1, (loader.waitedSeconds - waited) / record.seconds) : 0
        progress.history.append(record)
        progress.schedule.step(record.validationLoss)
        if progress.stopping.step(record.validationLoss) {
            best = network.state()
            progress.validationLogits = validated.logits
        }
        return record
    }

    private func trainingPass(_ loader: Loader<Batch>, epoch: Int, rate: Double) throws(TrainingError) -> Double {
        var sum = 0.0
        for _ in order.batches(epoch: epoch) {
            let batch = try next(loader)
            do throws(ConvNetError) {
                let features = batch.isFeatures ? batch.input : try network.trunkFeatures(batch.input)
                let loss = try network.trainingStep(features: features, targets: batch.targets, learningRate: rate)
                sum += loss * Double(batch.targets.count)
            } catch {
                throw failure(error, epoch: epoch)
            }
        }
        return sum / Double(train.count)
    }

    private func validationPass(
        _ loader: Loader<Batch>, epoch: Int
    ) throws(TrainingError) -> (loss: Double, accuracy: Double, logits: [String: [Double]]) {
        var (sum, right) = (0.0, 0)
        var all: [String: [Double]] = [:]
        for _ in validation {
            let batch = try next(loader)
            let output: Tensor
            do throws(ConvNetError) {
                output = try batch.isFeatures ? network.evaluate(features: batch.input) : network.evaluate(batch.input)
            } catch {
                throw failure(error, epoch: epoch)
            }
            let logits = output.values.map(Double.init)
            sum += CrossEntropy.lossAndGradient(logits, classes: logits.count, targets: batch.targets).loss
            // The first of equal logits counts: a network that says nothing says control.
            if logits.firstIndex(of: logits.max() ?? 0) == batch.targets[0] { right += 1 }
            all[batch.subjects[0]] = logits
        }
        let count = Double(validation.count)
        return (sum / count, Double(right) / count, all)
    }

    // MARK: Batches

    /// One loader for all epochs that are left: the first batches of an epoch are made while the one before validates.
    private mutating func startedLoader() -> Loader<Batch> {
        if let loader { return loader }
        var places: [(epoch: Int, index: Int)] = []
        for epoch in (epochs + 1)...max(epochs + 1, settings.fit.epochs) {
            places += (0..<(order.batches(epoch: epoch).count + validation.count)).map { (epoch, $0) }
        }
        let (order, store, bank, validation) = (order, store, bank, validation)
        let (copies, all) = (settings.fit.augmentationBank, places)
        let made = Loader(count: all.count) { place throws(TrainingError) -> Batch in
            let (epoch, index) = all[place]
            let batches = order.batches(epoch: epoch)
            if index < batches.count {
                guard let bank else {
                    return try Batch.scans(batches[index], store: store) { order.rotation($0, epoch: epoch) }
                }
                return try Batch.features(batches[index], bank: bank) { order.copy($0, epoch: epoch, of: copies) }
            }
            let subject = validation[index - batches.count]
            guard let bank else { return try Batch.scans([subject], store: store) { _ in .none } }
            return try Batch.features([subject], bank: bank) { _ in nil }
        }
        loader = made
        return made
    }

    private func next(_ loader: Loader<Batch>) throws(TrainingError) -> Batch {
        guard let batch = try loader.next() else { preconditionFailure("the loader has every epoch's batches") }
        return batch
    }

    /// Ends the thread that makes batches; the session is then of no more use.
    func stop() { loader?.stop() }

    private func failure(_ error: ConvNetError, epoch: Int) -> TrainingError {
        guard error.code == .notFinite else {
            return TrainingError(.settingsInvalid, error.message, subject: error.subject, cause: error)
        }
        let kept = epoch > 1 ? " The checkpoint of epoch \(epoch - 1) is kept." : ""
        return TrainingError(
            .diverged,
            "In epoch \(epoch) a value of the network is not finite any more. Begin again in another folder with a lower "
                + "fit.learningRate; it is \(Decimals.short(progress.schedule.learningRate)) now.\(kept)",
            cause: error)
    }
}

extension Batch {
    /// What the frozen trunk made of scans, from a bank; copy nil is the scan as it lies.
    static func features(
        _ subjects: [Subject], bank: FeatureBank, copy: (Subject) -> Int?
    ) throws(TrainingError) -> Batch {
        var parts: [[Float]] = []
        for subject in subjects { parts.append(try bank.features(subject.id, copy: copy(subject))) }
        return Batch(
            subjects: subjects.map(\.id), targets: subjects.map(\.group.target),
            input: join(parts, shape: bank.shape), isFeatures: true)
    }
}
