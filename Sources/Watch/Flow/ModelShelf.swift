import Imaging
import Screening

/// The profile of one job, loaded when it is needed, and whether it may be used.
final class ModelShelf {
    private let settings: ScreenSettings
    private var loaded: LoadedProfile?

    init(_ settings: ScreenSettings) { self.settings = settings }

    /// The bundle of a modality, hashes checked.
    ///
    /// Whether it may be used is decided over all bundles of the profile: one of them that needs consent needs it for all.
    /// - Throws: `NO_MODEL` where none is configured or it may not be used here; `MODEL_…` where it is at fault.
    func bundle(for modality: Modality) throws(ScreeningError) -> ModelBundle {
        let profile = try load()
        let permission = profile.permission(
            allowDemonstrationModels: settings.allowDemonstrationModels, isDemo: settings.isDemo)
        if case .refused(let reason) = permission { throw ScreeningError(.noModel, reason.message) }
        guard let bundle = profile.bundles[modality] else { throw Self.noModel(for: modality.rawValue) }
        return bundle
    }

    /// True where a model of the profile is not of status `research`, so that pages show no verdict.
    var noClinicalMeaning: Bool { loaded?.bundles.values.contains { $0.manifest.status != .research } ?? false }

    private func load() throws(ScreeningError) -> LoadedProfile {
        if let loaded { return loaded }
        guard let profile = settings.bundles.profile(named: settings.profileName) else {
            throw Self.noModel(for: "screening")
        }
        let result = try LoadedProfile.load(profile, threads: settings.threads)
        loaded = result
        return result
    }

    private static func noModel(for what: String) -> ScreeningError {
        ScreeningError(.noModel, "No model for \(what) is configured. Install a bundle and name it under [screening].")
    }
}

extension BundleFolders {
    /// The profile that these bundles make; nil where there is none.
    func profile(named name: String) -> Profile? {
        var folders: [Modality: String] = [:]
        for modality in Modality.allCases { folders[modality] = self[modality] }
        return folders.isEmpty ? nil : Profile(name: name, bundles: folders)
    }
}
