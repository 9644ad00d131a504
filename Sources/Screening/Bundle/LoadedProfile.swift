import Imaging

/// A profile with its bundles read and checked.
package struct LoadedProfile: Sendable {
    package let profile: Profile
    package let bundles: [Modality: ModelBundle]

    /// Loads every bundle of a profile.
    ///
    /// Throws the bundle's `MODEL_…` code, or `PROFILE_INVALID` where a bundle is of another modality.
    /// - Parameter threads: hash and check members.
    package static func load(_ profile: Profile, threads: Int = 1) throws(ScreeningError) -> LoadedProfile {
        try profile.check()
        let named = Modality.allCases.compactMap { modality in
            profile.bundles[modality].map { (modality: modality, directory: $0) }
        }
        let loaded = try Parallel.tryMap(named.count, threads: threads) { index throws(ScreeningError) in
            let (modality, directory) = named[index]
            let bundle = try ModelBundle.load(directory, threads: threads)
            guard bundle.manifest.modality == modality else {
                throw ScreeningError(
                    .profileInvalid,
                    "The profile's \(modality.rawValue) bundle is one for \(bundle.manifest.modality.rawValue); "
                        + "name the right folder.",
                    subject: "bundles.\(modality.rawValue)")
            }
            return bundle
        }
        let bundles = Dictionary(uniqueKeysWithValues: zip(named.map(\.modality), loaded))
        return LoadedProfile(profile: profile, bundles: bundles)
    }

    /// Whether the profile may screen here.
    package func permission(allowDemonstrationModels: Bool, isDemo: Bool) -> ModelPermission {
        ModelPermission.decide(
            statuses: bundles.values.map(\.manifest.status), allowDemonstrationModels: allowDemonstrationModels,
            isDemo: isDemo)
    }
}
