import Screening

/// Trains one fold after the other on scans that are prepared once.
final class FoldTrainer {
    private let settings: TrainingProtocol
    private let modality: Modality
    private let folder: String
    private let checkpointBase: String
    private let threads: Int
    private let isShuffled: Bool
    private let report: (String) -> Void
    private var store: SampleStore?

    /// - Parameters:
    ///   - folder: of the run; prepared scans that do not fit into memory lie in it.
    ///   - isShuffled: the labels are other ones in each fold.
    init(
        settings: TrainingProtocol, modality: Modality, folder: String, checkpointBase: String, threads: Int,
        isShuffled: Bool, report: @escaping (String) -> Void
    ) {
        self.settings = settings
        self.modality = modality
        self.folder = folder
        self.checkpointBase = checkpointBase
        self.threads = threads
        self.isShuffled = isShuffled
        self.report = report
    }

    func train(_ subjects: [Subject], fold: FoldPlan.Fold, folder: String) throws(TrainingError) -> TrainedFold {
        let store = try samples(subjects)
        var training = FoldTraining(
            settings, store: store, fold: fold, folder: folder, threads: threads, report: report)
        training.checkpointBase = checkpointBase
        if settings.fit.augmentationBank > 0 { training.bankFolder = self.folder + "/bank" }
        let result = try training.run()
        return TrainedFold(
            state: result.state, validationLogits: result.validationLogits, epochs: result.history.count)
    }

    private func samples(_ subjects: [Subject]) throws(TrainingError) -> SampleStore {
        if let store { return store }
        let made = try SampleStore(
            settings, subjects: subjects, modality: modality, folder: folder + "/scans", threads: threads,
            report: report)
        if !isShuffled { store = made }
        return made
    }
}
