import Imaging
import Screening

/// The bundles of one job, loaded when they are needed, and whether they may be used.
final class ModelShelf {
    private let job: ScreenJob
    private var loaded: [Modality: ModelBundle] = [:]

    init(job: ScreenJob) { self.job = job }

    /// The bundle of a modality, hashes checked.
    ///
    /// - Throws: `NO_MODEL` where none is configured or it may not be used here; `MODEL_…` where it is at fault.
    func bundle(for modality: Modality) throws(ScreeningError) -> ModelBundle {
        if let bundle = loaded[modality] { return bundle }
        guard let folder = job.bundles[modality] else {
            throw ScreeningError(
                .noModel,
                "No model for \(modality.rawValue) is configured. Install a bundle and name it under [screening].")
        }
        let bundle = try ModelBundle.load(folder)
        guard bundle.manifest.modality == modality else {
            throw ScreeningError(
                .profileInvalid,
                "The bundle named for \(modality.rawValue) is one for "
                    + "\(bundle.manifest.modality.rawValue); name the right one.")
        }
        let permission = ModelPermission.decide(
            statuses: [bundle.manifest.status], allowDemonstrationModels: job.allowDemonstrationModels,
            isDemo: job.isDemo)
        if case .refused(let reason) = permission { throw ScreeningError(.noModel, reason.message) }
        loaded[modality] = bundle
        return bundle
    }

    /// True where a model that spoke is not of status `research`, so that pages show no verdict.
    var noClinicalMeaning: Bool { loaded.values.contains { $0.manifest.status != .research } }

    /// SHA-256 of `model.json` by modality.
    var hashes: [String: String] {
        Dictionary(uniqueKeysWithValues: loaded.map { ($0.key.rawValue, $0.value.sha256) })
    }

}
