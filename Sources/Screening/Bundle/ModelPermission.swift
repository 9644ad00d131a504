package import Imaging

/// Whether models may be used for screening, and what the pages must then say.
package enum ModelPermission: Sendable, Hashable {
    /// `noClinicalMeaning` is true where a model is not of status `research`: pages show no verdict.
    case usable(noClinicalMeaning: Bool)
    /// Nothing is scored; the code is `NO_MODEL`.
    case refused(Reason)

    /// The rule: outside a demo, models that are not of status `research` need the site's consent.
    ///
    /// - Parameter statuses: of every bundle of the profile; empty where there is no profile.
    package static func decide(
        statuses: [ModelIdentity.Status], allowDemonstrationModels: Bool, isDemo: Bool
    ) -> ModelPermission {
        if statuses.isEmpty {
            return .refused(noModel("No model is installed; install a profile's bundles and name it in the settings."))
        }
        let allResearch = statuses.allSatisfy { $0 == .research }
        guard allResearch || allowDemonstrationModels || isDemo else {
            return .refused(
                noModel(
                    "The installed models are not of status research. Install research models, or set "
                        + "allowDemonstrationModels = true for pages that carry no clinical meaning."))
        }
        return .usable(noClinicalMeaning: !allResearch)
    }

    private static func noModel(_ message: String) -> Reason {
        ScreeningError(.noModel, message).reason
    }
}
