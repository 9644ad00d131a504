import Foundation
package import Screening

/// `fcdwatch crossval`: from a data set to tables, and where asked for to a bundle and a profile.
package struct CrossvalRun {
    package var data: String
    package var settings: TrainingProtocol
    package var modality: Modality
    package var output: String
    package var options = CrossValidation.Options()
    package var threads: Int
    /// Where relative names of `transfer.checkpoint` begin.
    package var checkpointBase = ""
    package var bundle: Bundle?

    /// What of a bundle is asked for on the command line.
    package struct Bundle: Sendable {
        package var name: String
        package var version = "1"
        /// Folder of bundles and profile; nil for `models` in the output folder.
        package var folder: String?
        package var status = ModelIdentity.Status.demonstration
        /// Roots of data sets that no member saw.
        package var calibrateOn: String?
        package var measureOn: String?

        package init(name: String) { self.name = name }
    }

    package init(data: String, settings: TrainingProtocol, modality: Modality, output: String, threads: Int) {
        self.data = data
        self.settings = settings
        self.modality = modality
        self.output = output
        self.threads = threads
    }

    /// Runs, or goes on with what the output folder holds.
    package func run(report: @escaping (String) -> Void) throws(TrainingError) -> ModelOutcome {
        let dataset = try Dataset.load(root: data)
        report(dataset.summary)
        let subjects = dataset.subjects.filter { $0.scans[modality] != nil }
        let request = try request(trained: dataset.subjects, report: report)
        let plan = try FoldPlan.make(subjects: subjects, modality: modality, settings: settings.folds)
        let validation = CrossValidation(
            settings: settings, modality: modality, subjects: subjects, plan: plan, folder: output, options: options,
            threads: threads, report: report)
        let trainer = FoldTrainer(
            settings: settings, modality: modality, folder: output, checkpointBase: checkpointBase, threads: threads,
            isShuffled: options.shuffleLabels, report: report)
        let result = try validation.run { subjects, fold, index, folder throws(TrainingError) in
            try trainer.train(subjects, fold: fold, folder: folder)
        }
        let outcome = validation.outcome(result, note: note)
        try validation.write(outcome, result)
        try validation.writeFigure(result, data: DataWords.name(of: data))
        if let request {
            let members = Set(plan.folds.prefix(result.folds.count).flatMap { $0.train + $0.validation })
            _ = try BundleMaker(settings: settings, request: request, threads: threads, report: report).make(
                result.folds, labelled: result.labelled, modality: modality, trainedOn: members.count)
        }
        return outcome
    }

    private var note: String {
        "\(DataWords.name(of: data)), seed \(settings.seed), folds seeded with \(settings.folds.seed)."
    }

    private func request(
        trained: [Subject], report: (String) -> Void
    ) throws(TrainingError) -> BundleRequest? {
        guard let bundle else { return nil }
        guard !options.shuffleLabels else {
            throw TrainingError(.settingsInvalid, "Networks trained on shuffled labels make no bundle. Leave one out.")
        }
        var request = BundleRequest(
            name: bundle.name, version: bundle.version, folder: bundle.folder ?? output + "/models",
            runFolder: output, status: bundle.status, trainingData: DataWords.name(of: data),
            limits: bundle.status == .research ? BundleWords.limitsOfResearch : BundleWords.limits)
        if let first = bundle.calibrateOn, let second = bundle.measureOn, place(first) == place(second) {
            throw TrainingError(
                .settingsInvalid,
                "What is measured on the subjects that the threshold was chosen on flatters. Name another data set to measure "
                    + "on, or none: then it is measured on those, and the model card says so.")
        }
        request.encoder = try settings.transfer.path(beside: checkpointBase).map { path throws(TrainingError) in
            try EncoderOrigin.words(of: path)
        }
        try requireOtherMaps(bundle)
        if bundle.calibrateOn != nil || bundle.measureOn != nil {
            try addUnseen(to: &request, bundle, trained, report)
        }
        let sets: [(use: String, subjects: [Subject], root: String)] = [
            ("trained", trained, data),
            ("calibrated", request.calibration?.subjects ?? [], bundle.calibrateOn ?? ""),
            ("measured", request.measurement?.subjects ?? [], bundle.measureOn ?? ""),
        ]
        if let limit = DataWords.mapsLimit(sets) { request.limits.append(limit) }
        return request
    }

    /// Heads that are bent out of the maps that the encoder's heads were bent out of are no unseen ones.
    private func requireOtherMaps(_ bundle: Bundle) throws(TrainingError) {
        guard let checkpoint = settings.transfer.path(beside: checkpointBase) else { return }
        let known = EncoderOrigin.maps(of: checkpoint)
        for (option, root) in [("--calibrate-on", bundle.calibrateOn), ("--measure-on", bundle.measureOn)] {
            guard let root, let maps = CohortPlan.made(root)?.maps, !known.isDisjoint(with: maps.hashes) else {
                continue
            }
            throw TrainingError(
                .settingsInvalid,
                "The data set of \(option) is bent out of the tissue maps that the encoder was trained on. Name heads of other "
                    + "maps.",
                subject: option)
        }
    }

    private func addUnseen(
        to request: inout BundleRequest, _ bundle: Bundle, _ trained: [Subject], _ report: (String) -> Void
    ) throws(TrainingError) {
        report("comparing the images of the data sets")
        let seen = DatasetContent(of: trained, root: data, modalities: [modality], threads: threads)
        let calibration = try bundle.calibrateOn.map { root throws(TrainingError) in
            try unseen(root, "The data set of --calibrate-on", seen)
        }
        let measurement = try bundle.measureOn.map { root throws(TrainingError) in
            try unseen(root, "The data set of --measure-on", seen)
        }
        if let calibration, let measurement {
            try measurement.content.requireApart(
                from: calibration.content, modality, name: "The data set of --measure-on",
                seen: "that of --calibrate-on")
        }
        request.calibration = calibration?.unseen
        request.measurement = measurement?.unseen
    }

    private func place(_ path: String) -> String {
        URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }

    private func unseen(
        _ root: String, _ name: String, _ seen: DatasetContent
    ) throws(TrainingError) -> (unseen: BundleRequest.Unseen, content: DatasetContent) {
        guard place(root) != place(data) else {
            throw TrainingError(
                .settingsInvalid, "The members saw this data set in training. Calibrate and measure on another one.")
        }
        let subjects = try Dataset.load(root: root).subjects
        // Of every modality: by it, bundles that were measured on the same data set find together.
        let content = DatasetContent(of: subjects, root: root, modalities: Modality.allCases, threads: threads)
        try content.requireApart(from: seen, modality, name: name, seen: "the data set trained on")
        let present = subjects.filter { $0.scans[modality] != nil }
        let words = DataWords.describe(present, root: root, fingerprint: content.fingerprint)
        return (BundleRequest.Unseen(subjects: present, words: words, fingerprint: content.fingerprint), content)
    }
}
