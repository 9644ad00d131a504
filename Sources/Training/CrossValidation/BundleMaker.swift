import ConvNet
import Foundation
package import Screening

/// Makes the folds' members into a bundle that the service takes, and bundles of both modalities into a profile.
///
/// The weights are written in half precision, and everything is measured after that, with the bundle as it lies on the disk.
package struct BundleMaker {
    package let settings: TrainingProtocol
    package let request: BundleRequest
    package let threads: Int
    private let report: (String) -> Void

    /// Seeds of the other subjects' masks and of the known input, apart from those of training.
    private static let knownInputSeed: UInt64 = 0x6b6e_6f77_6e

    package init(
        settings: TrainingProtocol, request: BundleRequest, threads: Int, report: @escaping (String) -> Void = { _ in }
    ) {
        self.settings = settings
        self.request = request
        self.threads = threads
        self.report = report
    }

    /// Writes `<name>-<modality>-<version>.fcdmodel`, its record, and profile and model card anew.
    ///
    /// A bundle of this name that is there already is replaced.
    /// - Parameters:
    ///   - labelled: for each fold, the subjects with the labels that it was trained on.
    package func make(
        _ folds: [TrainedFold], labelled: [[Subject]], modality: Modality, trainedOn subjects: Int
    ) throws(TrainingError) -> ModelBundle {
        let place = RunFolder(request.folder)
        try place.make()
        try place.remove(request.folderName(modality))
        var bundle = try written(folds, modality, subjects, to: place.file(request.folderName(modality)))
        var chosen = ValidationScores(folds, labelled, rule: settings.measuring.threshold)
        var calibratedOn = BundleWords.byMembers
        var unseen: [Evaluation.Scored] = []
        if let calibration = request.calibration {
            report("scoring the subjects that calibrate")
            unseen = try Evaluation(bundle: bundle, threads: threads, seed: settings.seed, takesFeatures: true)
                .scored(calibration.subjects, report: report)
            let scored = unseen.filter { $0.row.refusal == nil }
            chosen = ValidationScores(
                logits: scored.map(\.logits), labels: scored.map { $0.row.group == .fcd },
                rule: settings.measuring.threshold)
            calibratedOn = calibration.words
        }
        if request.calibration == nil, folds.count > 1 { report(BundleWords.byMembersLimit(folds.count)) }
        bundle = try setting(chosen, in: bundle)
        if let measurement = request.measurement {
            report("scoring the subjects that measure")
            unseen = try Evaluation(bundle: bundle, threads: threads, seed: settings.seed, takesFeatures: true)
                .scored(measurement.subjects, report: report)
        }
        let rows = unseen.map { rescored($0, bundle.manifest) }
        let measured = request.measurement ?? request.calibration
        let measuredOn = measured?.words
        bundle = try finished(bundle, rows, chosen, measuredOn)
        var summary = EvaluationSummary(rows, modality: modality)
        summary.measureBaselines(unseen, of: measured?.subjects ?? [], seed: settings.seed)
        let run = RunFolder(request.runFolder)
        try run.make()
        try run.write(
            json: MeasuredRows(sha256: bundle.sha256, rows: rows), as: request.rowsName(modality))
        try place.write(
            json: BundleRecord(
                bundle: request.folderName(modality), sha256: bundle.sha256, encoder: request.encoder,
                calibratedOn: calibratedOn, thresholdRule: settings.measuring.threshold,
                measuredOn: measuredOn, dataSHA256: measured?.fingerprint,
                isChosenOnTheSame: request.measurement == nil,
                summary: rows.isEmpty ? nil : summary),
            as: request.recordName(modality))
        try ProfileMaker(request: request, report: report).make()
        return bundle
    }

    private func written(
        _ folds: [TrainedFold], _ modality: Modality, _ subjects: Int, to directory: String
    ) throws(TrainingError) -> ModelBundle {
        var manifest = ModelManifest(
            name: request.bundleName(modality), version: request.version, modality: modality,
            // A bundle of status research must name an operating point, which is not known yet.
            status: .demonstration, input: settings.preparation.input, architecture: settings.architecture,
            preprocessing: settings.plan,
            members: folds.indices.map { ModelManifest.Member(file: "", sha256: "", fold: $0) }, threshold: 0.5,
            training: ModelManifest.Training(
                method: BundleWords.method(settings, members: folds.count), data: request.trainingData,
                subjects: subjects,
                seed: settings.seed),
            limits: request.limits
                + (request.calibration == nil && folds.count > 1 ? [BundleWords.byMembersLimit(folds.count)] : []))
        manifest.mapStage = settings.measuring.map
        return try screening { () throws(ScreeningError) in
            try ModelBundle.write(
                manifest: manifest, states: folds.map(\.state), to: directory, elementType: .float16)
        }
    }

    private func setting(_ chosen: ValidationScores, in bundle: ModelBundle) throws(TrainingError) -> ModelBundle {
        var manifest = bundle.manifest
        manifest.calibration = chosen.calibration
        manifest.threshold = chosen.threshold
        return try screening { () throws(ScreeningError) in
            try bundle.replacingManifest(by: manifest, threads: threads)
        }
    }

    /// The row as the bundle's calibration and threshold make it: the logits do not depend on either.
    private func rescored(_ scan: Evaluation.Scored, _ manifest: ModelManifest) -> ScanRow {
        var row = scan.row
        guard row.refusal == nil else { return row }
        row.memberScores = scan.logits.map {
            manifest.calibration.score(logits: $0, targetClass: GradCAM.fcdClass)
        }
        row.score = ValidationScores.score(scan.logits, manifest.calibration)
        row.threshold = manifest.threshold
        return row
    }

    /// Operating point, status and known answer.
    private func finished(
        _ bundle: ModelBundle, _ rows: [ScanRow], _ chosen: ValidationScores, _ measuredOn: String?
    ) throws(TrainingError) -> ModelBundle {
        var manifest = bundle.manifest
        if let measuredOn {
            let all = EvaluationSummary(rows, modality: manifest.modality).all
            manifest.operatingPoint = Self.operatingPoint(
                all.sensitivity, all.specificity,
                measuredOn + (request.measurement == nil ? "; the threshold was chosen on the same subjects" : ""))
        } else {
            let (sensitivity, specificity) = ROC.operatingPoint(
                scores: chosen.scores, labels: chosen.labels, threshold: chosen.threshold)
            manifest.operatingPoint = Self.operatingPoint(
                sensitivity, specificity,
                "Validation subjects of the folds, each scored by its fold's member; the threshold was chosen on the same."
            )
        }
        if manifest.operatingPoint != nil { manifest.status = request.status }
        return try screening { () throws(ScreeningError) in
            try bundle.replacingManifest(by: manifest, threads: threads)
                .recordingKnownAnswer(seed: settings.seed ^ Self.knownInputSeed, threads: threads)
        }
    }

    private static func operatingPoint(
        _ sensitivity: Proportion, _ specificity: Proportion, _ data: String
    ) -> OperatingPoint? {
        guard let found = sensitivity.value, let spared = specificity.value else { return nil }
        return OperatingPoint(
            sensitivity: found, specificity: spared, subjects: sensitivity.n + specificity.n, data: data)
    }

    private func screening<T>(_ step: () throws(ScreeningError) -> T) throws(TrainingError) -> T {
        do {
            return try step()
        } catch {
            throw TrainingError(.unwritable, "The bundle cannot be made: \(error.message)", cause: error)
        }
    }
}
