import Foundation
import Imaging
package import Screening

/// From a data set on disk to one trained network: what `fcdwatch train` does.
package struct FoldJob {
    /// With the checkpoint's path as it is to be opened.
    package var settings: TrainingProtocol
    /// Root of a BIDS data set.
    package var data: String
    package var modality: Modality
    /// Counted from 1.
    package var fold: Int
    /// The run's own.
    package var folder: String
    package var threads: Int

    package init(
        settings: TrainingProtocol, data: String, modality: Modality, fold: Int, folder: String, threads: Int
    ) {
        self.settings = settings
        self.data = data
        self.modality = modality
        self.fold = fold
        self.folder = folder
        self.threads = threads
    }

    /// Reads, plans, prepares and trains. `folds.json` and `samples` are put beside the run's other files.
    ///
    /// - Throws: what `Dataset.load`, `FoldPlan.make` and `FoldTraining.run` throw.
    package func run(report: @escaping (String) -> Void) throws(TrainingError) -> FitSummary {
        try settings.validate()
        let dataset = try Dataset.load(root: data)
        report(dataset.summary)
        let plan = try FoldPlan.make(subjects: dataset.subjects, modality: modality, settings: settings.folds)
        guard plan.folds.indices.contains(fold - 1) else {
            throw TrainingError(
                .settingsInvalid, "The plan has folds 1 to \(plan.folds.count).", subject: "fold \(fold)")
        }
        let members = plan.folds[fold - 1]
        report(
            "fold \(fold) of \(plan.folds.count): \(members.train.count) train, \(members.validation.count) validate, "
                + "\(members.test.count) are kept for the test")
        let wanted = Set(members.train + members.validation)
        let store = try SampleStore(
            settings, subjects: dataset.subjects.filter { wanted.contains($0.id) }, modality: modality,
            folder: folder + "/samples", threads: threads, report: report)
        for refusal in store.refusals { report("left out: \(refusal.subject) (\(refusal.code)) \(refusal.message)") }
        let training = FoldTraining(
            settings, store: store, fold: members, folder: folder, threads: threads, report: report)
        let result = try training.run()
        try plan.store(folder + "/folds.json")
        return FitSummary(result, refusals: store.refusals, threads: threads)
    }
}
