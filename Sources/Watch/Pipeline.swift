import Foundation
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
/// T1w and FLAIR go through each stage side by side, but for the network, which takes all threads for one of them.
package struct Pipeline {
    package let job: ScreenJob
    /// Told the name of every step as it begins, by one thread at a time.
    package let progress: (String) -> Void

    /// Voxels of both images together that are handled side by side: two of 256³. Larger ones go one after the other,
    /// so that what each stage needs for itself is there once.
    static let voxelsAtOnce = 1 << 25

    /// - Parameter progress: is never called by two threads at once.
    package init(job: ScreenJob, progress: @escaping (String) -> Void) {
        self.job = job
        let lock = NSLock()
        self.progress = { step in lock.withLock { progress(step) } }
    }

    /// Screens the case and writes the publish folder.
    package func run() throws -> ScreenAnswer {
        var stopwatch = Stopwatch(progress: progress)
        let models = ModelShelf(job.settings)

        let study = stopwatch.time("assemble") {
            Assembly.assemble(job.files, rules: job.settings.seriesRules, threads: job.settings.threads)
        }
        let atOnce = threads(for: study)
        var screened = try stopwatch.eachInParallel(Modality.allCases, threads: atOnce) { modality, stopwatch in
            try admit(modality, of: study, &stopwatch)
        }
        let agreement = stopwatch.time("compare") {
            study.agreement(of: screened, limits: job.settings.quality, threads: job.settings.threads)
        }
        for index in screened.indices where screened[index].isAdmitted {
            screened[index].reason = agreement?.reason
            if agreement?.reason == nil { try choose(models, for: &screened[index]) }
        }
        screened = try stopwatch.eachInParallel(screened, threads: atOnce) { try prepared($0, &$1) }
        for index in screened.indices { try classify(&screened[index], &stopwatch) }
        screened = stopwatch.eachInParallel(screened, threads: atOnce) { explained($0, &$1) }
        let result = study.result(
            of: screened, agreement: agreement, job: job, models: models, timings: stopwatch.timings)
        return try stopwatch.time("publish") {
            try PublishFolder(job: job).write(result, screened: screened, identity: study.identity)
        }
    }

    private func threads(for study: StudyImages) -> Int {
        let voxels = study.images.values.reduce(0) { sum, image in
            do {
                return sum + (try image.voxelCount())
            } catch {
                // reason: an image without a grid is refused when it is converted.
                return sum
            }
        }
        return voxels <= Self.voxelsAtOnce ? job.settings.threads : 1
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
            let scan = try stopwatch.time("convert \(name)") { try image.load(threads: job.settings.threads) }
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

    /// The model for a modality that the gate let through, hashes checked.
    private func choose(_ models: ModelShelf, for screened: inout ScreenedModality) throws {
        guard let gate = screened.gate else { return }
        do {
            let bundle = try models.bundle(for: screened.modality)
            screened.model = bundle.identity
            screened.reason = Gate.judge(gate, for: bundle)
            if screened.reason == nil { screened.bundle = bundle }
        } catch let refusal as any Refusal where refusal.isAboutTheImage {
            screened.reason = refusal.reason
        }
    }

    /// The network's input, as the model's plan makes it.
    private func prepared(
        _ modality: ScreenedModality, _ stopwatch: inout Stopwatch
    ) throws -> ScreenedModality {
        var screened = modality
        guard let scan = screened.scan, let manifest = screened.bundle?.manifest else { return screened }
        do {
            let prepared = try stopwatch.time("prepare \(screened.modality.rawValue)") {
                try manifest.preprocessing.prepare(scan, input: manifest.input)
            }
            screened.quality += prepared.quality
            screened.reason = Gate.judge(prepared)
            if screened.reason == nil { screened.prepared = prepared }
        } catch let refusal as any Refusal where refusal.isAboutTheImage {
            screened.reason = refusal.reason
        }
        return screened
    }

    /// Runs the model's members.
    private func classify(_ screened: inout ScreenedModality, _ stopwatch: inout Stopwatch) throws {
        guard let prepared = screened.prepared, let bundle = screened.bundle else { return }
        let name = screened.modality.rawValue
        screened.prepared = nil
        do {
            screened.found = try stopwatch.time("classify \(name)") {
                try Ensemble.score(prepared, with: bundle, threads: job.settings.threads) { member, count in
                    progress("classify \(name) \(member)/\(count)")
                }
            }
        } catch let refusal as any Refusal where refusal.isAboutTheImage {
            screened.reason = refusal.reason
        }
    }

    /// The members' maps on the scan.
    private func explained(_ modality: ScreenedModality, _ stopwatch: inout Stopwatch) -> ScreenedModality {
        var screened = modality
        guard let scan = screened.scan, let found = screened.found else { return screened }
        stopwatch.time("explain \(screened.modality.rawValue)") { screened.explain(found, on: scan.grid) }
        return screened
    }
}
