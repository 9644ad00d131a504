package import DICOM
package import Imaging
package import Screening

/// How this site screens: the same for every case, held by the daemon and handed to each job.
package struct ScreenSettings: Codable, Sendable {
    /// Whether the page carries the patient's identity.
    package enum Identity: String, Codable, Sendable {
        /// Name, identifier, birth date, accession and time stand on the page.
        case local
        /// The pseudonym only, for exports.
        case none
    }

    package var profileName: String
    /// Measured on whole studies with the verdict rule, where the profile holds it.
    package var profileOperatingPoint: OperatingPoint?
    /// Bundle folders by modality.
    package var bundles: BundleFolders
    package var allowDemonstrationModels: Bool
    package var isDemo: Bool
    package var identity: Identity
    /// Share of examined patients who have the disease at this site, 0…1, for the predictive value on the page.
    package var prevalence: Double?
    /// What an image must be like to get a score.
    package var quality = QualityLimits.standard
    package var threads: Int
    package var softwareVersion: String
    /// The administrator's rules about certain series.
    package var seriesRules: [SeriesRule]

    package init(
        profileName: String, profileOperatingPoint: OperatingPoint? = nil, bundles: BundleFolders,
        allowDemonstrationModels: Bool = false, isDemo: Bool = false, identity: Identity = .local,
        prevalence: Double? = nil, threads: Int, softwareVersion: String, seriesRules: [SeriesRule] = []
    ) {
        self.profileName = profileName
        self.profileOperatingPoint = profileOperatingPoint
        self.bundles = bundles
        self.allowDemonstrationModels = allowDemonstrationModels
        self.isDemo = isDemo
        self.identity = identity
        self.prevalence = prevalence
        self.threads = threads
        self.softwareVersion = softwareVersion
        self.seriesRules = seriesRules
    }
}
