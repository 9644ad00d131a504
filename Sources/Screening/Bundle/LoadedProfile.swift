/// A profile with its bundles read and checked.
package struct LoadedProfile: Sendable {
    package let profile: Profile
    package let bundles: [Modality: ModelBundle]

    /// Loads every bundle of a profile.
    ///
    /// Throws the bundle's `MODEL_…` code, or `PROFILE_INVALID` where a bundle is of another modality.
    package static func load(_ profile: Profile) throws(ScreeningError) -> LoadedProfile {
        try profile.check()
        var bundles: [Modality: ModelBundle] = [:]
        for modality in Modality.allCases {
            guard let directory = profile.bundles[modality] else { continue }
            let bundle = try ModelBundle.load(directory)
            guard bundle.manifest.modality == modality else {
                throw ScreeningError(
                    .profileInvalid,
                    "The profile's \(modality.rawValue) bundle is one for \(bundle.manifest.modality.rawValue); "
                        + "name the right folder.",
                    subject: "bundles.\(modality.rawValue)")
            }
            bundles[modality] = bundle
        }
        return LoadedProfile(profile: profile, bundles: bundles)
    }

    /// Whether the profile may screen here.
    package func permission(allowDemonstrationModels: Bool, isDemo: Bool) -> ModelPermission {
        ModelPermission.decide(
            statuses: bundles.values.map(\.manifest.status), allowDemonstrationModels: allowDemonstrationModels,
            isDemo: isDemo)
    }
}
