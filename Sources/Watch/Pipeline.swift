import Imaging
import Reporting
import Screening

/// The flow of one case on one screen: from its files to a folder that is ready to publish.
///
/// ```
/// assemble ─► convert ─► gate ─► compare ─► prepare ─► classify ─► explain ─► publish
/// T1+FLAIR    DICOM→     is it    one head?  plan of    ensemble    Grad-CAM   page, NIfTI,
/// of a study  volume     fit?                the model  scores      on scan    result.json
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
            screened.append(try admit(modality, of: study, &stopwatch))
        }
        let agreement = stopwatch.time("compare") { study.agreement(of: screened, limits: job.settings.quality) }
        for index in screened.indices where screened[index].isAdmitted {
            screened[index].reason = agreement?.reason
            if agreement?.reason == nil { try score(&screened[index], with: models, &stopwatch) }
        }
        let result = study.result(
            of: screened, agreement: agreement, job: job, models: models, timings: stopwatch.timings)
        return try stopwatch.time("publish") {
            try PublishFolder(job: job).write(result, screened: screened, identity: study.identity)
        }
    }

    /// One modality up to the gate.
    private func admit(
        _ modality: Modality, of study: StudyImages, _ stopwatch: inout Stopwatch
    ) throws -> ScreenedModality {
        let name = modality.rawValue
        guard let image = study.images[modality] else {
            return ScreenedModality(missing: modality, because: study.absences[modality])
        }
        var screened = ScreenedModality(modality: modality, image: image)
        do {
            let scan = try stopwatch.time("convert \(name)") { try image.load() }
            screened.scan = scan
            screened.note(
                stopwatch.time("gate \(name)") {
                    Gate.examine(scan, as: modality, limits: job.settings.quality)
                })
        } catch let refusal as any Refusal where refusal.isAboutTheImage {
            screened.reason = refusal.reason
        }
        return screened
    }

    /// One modality that the gate let through.
    private func score(
        _ screened: inout ScreenedModality, with models: ModelShelf, _ stopwatch: inout Stopwatch
    ) throws {
        guard let scan = screened.scan, let gate = screened.gate else { return }
        let name = screened.modality.rawValue
        do {
            let bundle = try models.bundle(for: screened.modality)
            screened.model = bundle.identity
            screened.reason = Gate.judge(gate, for: bundle)
            guard screened.reason == nil else { return }
            let prepared = try stopwatch.time("prepare \(name)") {
                try bundle.manifest.preprocessing.prepare(scan, input: bundle.manifest.input)
            }
            screened.quality += prepared.quality
            screened.reason = Gate.judge(prepared)
            guard screened.reason == nil else { return }
            let found = try stopwatch.time("classify \(name)") {
                try Ensemble.score(prepared, with: bundle, threads: job.settings.threads) { member, count in
                    progress("classify \(name) \(member)/\(count)")
                }
            }
            stopwatch.time("explain \(name)") { screened.explain(found, on: scan.grid) }
        } catch let refusal as any Refusal where refusal.isAboutTheImage {
            screened.reason = refusal.reason
        }
    }
}
