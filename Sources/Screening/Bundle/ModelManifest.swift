package import ConvNet
package import Imaging

/// `model.json`: everything a bundle says about itself. Keys are stable; unknown ones are refused.
package struct ModelManifest: Codable, Sendable, Hashable {
    /// Version of this layout.
    package static let schemaVersion = "1.0"
    package var schema = ModelManifest.schemaVersion
    /// Lower-case letters, digits, `.`, `_` and `-`; with `version` it names the bundle.
    package var name: String
    package var version: String
    package var modality: Modality
    package var status: ModelIdentity.Status
    /// What the scan must show: the full head, or the brain without its skull.
    package var input: InputKind
    package var architecture: Architecture
    /// The only preprocessing there is, in training and in service.
    package var preprocessing: PreprocessingPlan
    package var members: [Member]
    /// The stage whose Grad-CAM is the map; nil for layer4.
    package var mapStage: Architecture.Stage?
    package var calibration: Calibration
    /// A modality's mean score over this value is flagged; inside 0…1.
    package var threshold: Double
    /// Where the threshold comes from; required of status `research`.
    package var operatingPoint: OperatingPoint?
    package var training: Training
    /// Sentences the page prints: on whom the model was never tested, what it cannot see.
    package var limits: [String]
    /// What the members say to a known input; checked when a service starts. Bundles may be without.
    package var knownAnswer: KnownAnswer?

    /// One network of the ensemble.
    package struct Member: Codable, Sendable, Hashable {
        /// A file name beside `model.json`, ending in `.safetensors`.
        package var file: String
        /// SHA-256 of that file, 64 hexadecimal digits in lower case.
        package var sha256: String
        /// The cross-validation fold the member was tested on.
        package var fold: Int?

        package init(file: String, sha256: String, fold: Int? = nil) {
            self.file = file
            self.sha256 = sha256
            self.fold = fold
        }
    }

    /// Where the weights come from.
    package struct Training: Codable, Sendable, Hashable {
        /// How they were made, in a sentence.
        package var method: String
        /// On which data, in a sentence; "none" for random weights.
        package var data: String
        /// Number of subjects trained on.
        package var subjects: Int
        package var seed: UInt64?

        package init(method: String, data: String, subjects: Int, seed: UInt64? = nil) {
            self.method = method
            self.data = data
            self.subjects = subjects
            self.seed = seed
        }
    }

    /// `members` may be empty for a bundle that is still to be written.
    package init(
        name: String, version: String, modality: Modality, status: ModelIdentity.Status, input: InputKind,
        architecture: Architecture, preprocessing: PreprocessingPlan, members: [Member] = [],
        calibration: Calibration = Calibration(), threshold: Double, operatingPoint: OperatingPoint? = nil,
        training: Training, limits: [String]
    ) {
        self.name = name
        self.version = version
        self.modality = modality
        self.status = status
        self.input = input
        self.architecture = architecture
        self.preprocessing = preprocessing
        self.members = members
        self.calibration = calibration
        self.threshold = threshold
        self.operatingPoint = operatingPoint
        self.training = training
        self.limits = limits
    }

    /// The stage whose Grad-CAM is the map.
    package var heatStage: Architecture.Stage { mapStage ?? .layer4 }

    /// The name of a bundle's folder: `<name>-<version>.fcdmodel`.
    package var folderName: String { "\(name)-\(version).fcdmodel" }
}
