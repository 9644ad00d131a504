import ConvNet
import Foundation
import Imaging
package import Screening

/// Trains one network per fold and measures each on the subjects that it never saw.
///
/// Threshold and temperature of a fold's member come from the fold's validation subjects; its test subjects are scored as the
/// service would score them, through a bundle with this one member. Every step is kept in the run folder, so that a run that
/// was ended goes on where it was:
/// ```
/// protocol.json  folds.json  scans.csv  outcome.json  summary.md  figure2.svg
/// fold-1/ … member.fcdmodel/  scans.json
/// ```
package struct CrossValidation {
    package struct Options: Sendable, Codable, Hashable {
        /// Trains on labels given out by chance; see `ShuffledLabels`.
        package var shuffleLabels = false
        /// Stops after this many folds; nil for all.
        package var limitFolds: Int?

        package init(shuffleLabels: Bool = false, limitFolds: Int? = nil) {
            self.shuffleLabels = shuffleLabels
            self.limitFolds = limitFolds
        }
    }

    /// Trains on one fold, or gives what was trained before.
    ///
    /// - Parameters:
    ///   - subjects: all of the data set, with the labels to train on.
    ///   - folder: the fold's own.
    package typealias Train = (
        _ subjects: [Subject], _ fold: FoldPlan.Fold, _ index: Int, _ folder: String
    ) throws(TrainingError) -> TrainedFold

    /// Everything that came of it.
    package struct Result {
        package var folds: [TrainedFold]
        /// One per test scan, in the order of folds and labels.
        package var rows: [ScanRow]
        /// For `IntensityBaseline`, of each scored test scan, by label.
        package var features: [String: [Double]]
        /// `Figure2.spread` of the maps of patients that were scored, by label.
        package var spreads: [String: Double]
        /// The subjects as each fold was trained on: with their own labels, unless these were shuffled.
        package var labelled: [[Subject]]
    }

    package let settings: TrainingProtocol
    package let modality: Modality
    package let subjects: [Subject]
    package let plan: FoldPlan
    package let folder: RunFolder
    package let options: Options
    package let threads: Int
    private let report: (String) -> Void

    /// What a run is made with: another run may not be continued in its folder.
    private struct Claim: Encodable {
        var modality: Modality
        var options: Options
        var settings: TrainingProtocol
    }

    package init(
        settings: TrainingProtocol, modality: Modality, subjects: [Subject], plan: FoldPlan, folder: String,
        options: Options = Options(), threads: Int, report: @escaping (String) -> Void = { _ in }
    ) {
        self.settings = settings
        self.modality = modality
        self.subjects = subjects
        self.plan = plan
        self.folder = RunFolder(folder)
        self.options = options
        self.threads = threads
        self.report = report
    }

    /// Trains and measures fold after fold.
    ///
    /// - Throws: `RUN_MISMATCH` for a folder that belongs to another run; the trainer's errors.
    package func run(train: Train) throws(TrainingError) -> Result {
        try folder.make()
        var claimed = options
        claimed.limitFolds = nil  // Going on with more folds is the same run.
        // The encoder's name without folders: each fold knows its content, wherever it lies.
        var named = settings
        if !named.transfer.checkpoint.isEmpty {
            named.transfer.checkpoint = URL(filePath: named.transfer.checkpoint).lastPathComponent
        }
        try folder.claim(Claim(modality: modality, options: claimed, settings: named), as: RunFolder.protocolName)
        try folder.claim(plan, as: RunFolder.foldsName)
        var result = Result(folds: [], rows: [], features: [:], spreads: [:], labelled: [])
        for (index, fold) in plan.folds.enumerated().prefix(options.limitFolds ?? plan.folds.count) {
            report("fold \(index + 1) of \(plan.folds.count)")
            let place = try folder.fold(index)
            let labelled =
                options.shuffleLabels
                ? ShuffledLabels.make(subjects, fold: fold, seed: settings.seed &+ UInt64(index)) : subjects
            let trained = try train(labelled, fold, index, place.path)
            let bundle = try memberBundle(trained, index: index, labelled, in: place)
            let kept = try testRows(bundle, fold, index: index, in: place)
            result.folds.append(trained)
            result.labelled.append(labelled)
            result.rows += kept.rows
            result.features.merge(kept.features) { first, _ in first }
            result.spreads.merge(kept.spreads ?? [:]) { first, _ in first }
            let scored = kept.rows.filter { $0.refusal == nil }
            report("fold \(index + 1): \(scored.count { $0.isRight }) of \(scored.count) test scans right")
        }
        return result
    }

    /// The fold's member as a bundle, with temperature and threshold from its validation subjects.
    private func memberBundle(
        _ trained: TrainedFold, index: Int, _ labelled: [Subject], in place: RunFolder
    ) throws(TrainingError) -> ModelBundle {
        let validation = ValidationScores([trained], [labelled], rule: settings.measuring.threshold)
        var manifest = ModelManifest(
            name: "fold-member", version: "\(index + 1)", modality: modality, status: .demonstration,
            input: settings.preparation.input, architecture: settings.architecture, preprocessing: settings.plan,
            members: [ModelManifest.Member(file: "", sha256: "", fold: index)], threshold: 0.5,
            training: ModelManifest.Training(
                method: BundleWords.method(settings), data: "Training part of fold \(index + 1).",
                subjects: plan.folds[index].train.count, seed: settings.seed),
            limits: ["One member of a cross-validation: for measuring, not for use."])
        manifest.mapStage = settings.measuring.map
        manifest.calibration = validation.calibration
        manifest.threshold = validation.threshold
        try place.remove(Self.memberName)
        do {
            return try ModelBundle.write(
                manifest: manifest, states: [trained.state], to: place.file(Self.memberName))
        } catch {
            throw TrainingError(.unwritable, error.message, subject: "fold \(index + 1)", cause: error)
        }
    }

    static let memberName = "member.fcdmodel"
    private static let rowsName = "scans.json"

    /// Rows of one fold, by which bundle and from what: where both are the same, they stand.
    private struct KeptRows: Codable {
        var bundle: String
        /// `inputs` of the subjects.
        var inputs: String?
        var rows: [ScanRow]
        var features: [String: [Double]]
        /// This and `inputs` are nil in files of an earlier layout, whose rows are made again.
        var spreads: [String: Double]?
    }

    private func testRows(
        _ bundle: ModelBundle, _ fold: FoldPlan.Fold, index: Int, in place: RunFolder
    ) throws(TrainingError) -> KeptRows {
        let test = Set(fold.test)
        let tested = subjects.filter { test.contains($0.id) }.sorted { $0.id < $1.id }
        let inputs = try Self.inputs(tested, modality)
        if let kept = try place.read(KeptRows.self, from: Self.rowsName), kept.bundle == bundle.sha256,
            kept.inputs == inputs, kept.spreads != nil
        {
            return kept
        }
        let scored = try Evaluation(bundle: bundle, threads: threads, seed: settings.seed, takesFeatures: true)
            .scored(tested, fold: index, report: report)
        let features = scored.compactMap { scan in scan.features.map { (scan.row.subject, $0) } }
        let spreads = scored.compactMap { scan in scan.spread.map { (scan.row.subject, $0) } }
        let kept = KeptRows(
            bundle: bundle.sha256, inputs: inputs, rows: scored.map(\.row),
            features: Dictionary(uniqueKeysWithValues: features), spreads: Dictionary(uniqueKeysWithValues: spreads))
        try place.write(json: kept, as: Self.rowsName)
        return kept
    }

    /// SHA-256 over everything of the subjects that a row depends on: images and masks, groups and attributes.
    private static func inputs(_ subjects: [Subject], _ modality: Modality) throws(TrainingError) -> String {
        var lines: [String] = []
        for subject in subjects {
            let attributes = subject.attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            let scan = subject.scans[modality]
            var files: [String] = []
            for path in [scan?.image, scan?.mask, scan?.brain] {
                let bytes = try path.flatMap { path throws(TrainingError) in try RunFile.read(path) }
                files.append(bytes.map { RunIdentity.digest(Data($0)) } ?? "-")
            }
            lines.append(
                ([subject.id, subject.group.rawValue, scan?.acquisition ?? ""] + files + attributes).joined(
                    separator: "\t"))
        }
        return RunIdentity.digest(Data(lines.joined(separator: "\n").utf8))
    }
}
