import Imaging
import Screening

/// The bundles of one job, loaded when they are needed, and whether they may be used.
final class ModelShelf {
    private let job: ScreenJob
    private var loaded: [Modality: ModelBundle] = [:]

    init(job: ScreenJob) { self.job = job }

    /// The bundle of a modality, hashes checked.
    ///
    /// Whether it may be used is decided over all bundles of the profile: one of them that needs consent needs it for all.
    /// - Throws: `NO_MODEL` where none is configured or it may not be used here; `MODEL_…` where it is at fault.
    func bundle(for modality: Modality) throws(ScreeningError) -> ModelBundle {
        try loadAll()
        let permission = ModelPermission.decide(
            statuses: loaded.values.map(\.manifest.status), allowDemonstrationModels: job.allowDemonstrationModels,
            isDemo: job.isDemo)
        if case .refused(let reason) = permission { throw ScreeningError(.noModel, reason.message) }
        guard let bundle = loaded[modality] else {
            throw ScreeningError(
                .noModel,
                "No model for \(modality.rawValue) is configured. Install a bundle and name it under [screening].")
        }
        return bundle
    }

    private func loadAll() throws(ScreeningError) {
        guard loaded.isEmpty else { return }
        for modality in Modality.allCases {
            if let folder = job.bundles[modality] { loaded[modality] = try .load(folder, for: modality) }
        }
    }

    /// True where a model of the profile is not of status `research`, so that pages show no verdict.
    var noClinicalMeaning: Bool { loaded.values.contains { $0.manifest.status != .research } }
}

extension ModelBundle {
    /// Loads a bundle that must be one for `modality`.
    static func load(_ folder: String, for modality: Modality) throws(ScreeningError) -> ModelBundle {
        let bundle = try load(folder)
        guard bundle.manifest.modality == modality else {
            throw ScreeningError(
                .profileInvalid,
                "The bundle named for \(modality.rawValue) is one for \(bundle.manifest.modality.rawValue); name the right one."
            )
        }
        return bundle
    }
}
