package import Screening

/// A bundle that is to be made of the folds' members.
package struct BundleRequest: Sendable {
    /// Of the profile; with the modality it names the bundle: `<name>-t1w`.
    package var name: String
    package var version: String
    /// Folder of bundles and profile; nobody's label gets there.
    package var folder: String
    /// Folder of the run, for what is kept of each subject.
    package var runFolder: String
    package var status: ModelIdentity.Status
    /// Subjects that no member saw, for temperature and threshold; nil to take the folds' validation subjects, pooled.
    package var calibration: Unseen?
    /// Subjects that no member saw and on whom nothing was chosen, for the operating point; nil to measure on those of
    /// `calibration`.
    package var measurement: Unseen?
    /// In a sentence, for the manifest.
    package var trainingData: String
    package var limits: [String]
    /// `EncoderOrigin.words` of what the members started from; nil for random weights.
    package var encoder: String?

    /// Subjects of another data set than the one trained on.
    package struct Unseen: Sendable {
        package var subjects: [Subject]
        /// In words, such as "60 + 60 simulated heads of real tissue maps, seed 9".
        package var words: String
        /// Of the data set, `DatasetContent.fingerprint`; nil where it was not taken.
        package var fingerprint: String?

        package init(subjects: [Subject], words: String, fingerprint: String? = nil) {
            self.subjects = subjects
            self.words = words
            self.fingerprint = fingerprint
        }
    }

    package init(
        name: String, version: String, folder: String, runFolder: String, status: ModelIdentity.Status = .demonstration,
        calibration: Unseen? = nil, measurement: Unseen? = nil, trainingData: String,
        limits: [String] = BundleWords.limits
    ) {
        self.name = name
        self.version = version
        self.folder = folder
        self.runFolder = runFolder
        self.status = status
        self.calibration = calibration
        self.measurement = measurement
        self.trainingData = trainingData
        self.limits = limits
    }

    package func bundleName(_ modality: Modality) -> String { "\(name)-\(modality.rawValue.lowercased())" }

    /// The bundle's folder beside the profile.
    package func folderName(_ modality: Modality) -> String { "\(bundleName(modality))-\(version).fcdmodel" }

    /// What was measured with the bundle, beside it.
    package func recordName(_ modality: Modality) -> String { "\(bundleName(modality))-\(version).measured.json" }

    /// What it said of each scan, in the run's folder.
    package func rowsName(_ modality: Modality) -> String { "\(bundleName(modality))-\(version).rows.json" }
}
