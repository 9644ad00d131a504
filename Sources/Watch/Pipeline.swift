import Imaging
import Reporting
import Screening

/// The flow of one case on one screen: from its files to a folder that is ready to publish.
///
/// ```
/// assemble ─► convert ─► gate ─► prepare ─► classify ─► explain ─► publish
/// T1+FLAIR    DICOM→     is it    plan of    ensemble    Grad-CAM   page, NIfTI,
/// of a study  volume     fit?     the model  scores      on scan    result.json
/// ```
///
/// What comes before (take, settle, inspect) is the daemon's: see `Daemon`. Each stage is a plain function of its input.
package struct Pipeline {
    package let job: ScreenJob
    /// Told the name of every step as it begins.
    package let progress: (String) -> Void

    package init(job: ScreenJob, progress: @escaping (String) -> Void) {
        self.job = job
        self.progress = progress
    }

    /// Screens the case and writes the publish folder.
    package func run() throws -> ScreenAnswer {
        var stopwatch = Stopwatch(progress: progress)
        let models = ModelShelf(job.settings)

        let study = stopwatch.time("assemble") { Assembly.assemble(job.files, rules: job.settings.seriesRules) }
        var screened: [ScreenedModality] = []
        for modality in Modality.allCases {
            screened.append(try screen(modality, of: study, with: models, &stopwatch))
        }
        let result = study.result(of: screened, job: job, models: models, timings: stopwatch.timings)
        return try stopwatch.time("publish") {
            try PublishFolder(job: job).write(result, screened: screened, identity: study.identity)
        }
    }

    /// One modality, as far as the gate lets it.
    private func screen(
        _ modality: Modality, of study: StudyImages, with models: ModelShelf, _ stopwatch: inout Stopwatch
    ) throws -> ScreenedModality {
        let name = modality.rawValue
        guard let image = study.images[modality] else {
            return ScreenedModality(missing: modality, because: study.absences[modality])
        }
        var screened = ScreenedModality(modality: modality, image: image)
        do {
            let scan = try stopwatch.time("convert \(name)") { try image.load() }
            screened.scan = scan
            let gate = stopwatch.time("gate \(name)") { Gate.examine(scan) }
            screened.note(gate)
            guard gate.reason == nil else { return screened }
            let bundle = try models.bundle(for: modality)
            screened.model = bundle.identity
            screened.reason = Gate.judge(gate, for: bundle)
            guard screened.reason == nil else { return screened }
            let prepared = try stopwatch.time("prepare \(name)") {
                try bundle.manifest.preprocessing.prepare(scan, input: bundle.manifest.input)
            }
            screened.quality += prepared.quality
            screened.reason = Gate.judge(prepared)
            guard screened.reason == nil else { return screened }
            let found = try stopwatch.time("classify \(name)") {
                try Ensemble.score(prepared, with: bundle, threads: job.settings.threads) { member, count in
                    progress("classify \(name) \(member)/\(count)")
                }
            }
            stopwatch.time("explain \(name)") { screened.explain(found, on: scan.grid) }
        } catch let refusal as any Refusal where refusal.isAboutTheImage {
            screened.reason = refusal.reason
        }
        return screened
    }
}
