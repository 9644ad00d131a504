package import Imaging

/// What one modality contributed.
package struct ModalityResult: Codable, Sendable {
    package enum Status: String, Codable, Sendable {
        case scored, notAssessable, missing
    }

    package var modality: Modality
    package var status: Status
    /// Why there is no score, where `status` is not `.scored`.
    package var reason: Reason?
    package var score: ModalityScore?
    package var model: ModelIdentity?
    package var heatmap: HeatmapSummary?
    /// Where the image came from: geometry and physics, no text from the patient.
    package var acquisition: Acquisition?
    package var quality: [QualityNumber]
    /// SHA-256 of every input file used, in order of reading.
    package var inputSHA256: [String]
    /// Files written for this modality.
    package var outputs: [OutputFile]

    package init(
        modality: Modality, status: Status, reason: Reason? = nil, score: ModalityScore? = nil,
        model: ModelIdentity? = nil, heatmap: HeatmapSummary? = nil, acquisition: Acquisition? = nil,
        quality: [QualityNumber] = [], inputSHA256: [String] = [], outputs: [OutputFile] = []
    ) {
        self.modality = modality
        self.status = status
        self.reason = reason
        self.score = score
        self.model = model
        self.heatmap = heatmap
        self.acquisition = acquisition
        self.quality = quality
        self.inputSHA256 = inputSHA256
        self.outputs = outputs
    }
}

/// Geometry and physics of the image that was screened.
package struct Acquisition: Codable, Sendable {
    /// `DICOM` or `NIfTI`.
    package var source: String
    package var grid: VoxelGrid
    package var manufacturer: String?
    package var magneticFieldTesla: Double?
    package var repetitionTimeMS: Double?
    package var echoTimeMS: Double?
    package var inversionTimeMS: Double?
    /// Why this series was taken for this modality.
    package var chosenBecause: String

    package init(
        source: String, grid: VoxelGrid, manufacturer: String? = nil, magneticFieldTesla: Double? = nil,
        repetitionTimeMS: Double? = nil, echoTimeMS: Double? = nil, inversionTimeMS: Double? = nil,
        chosenBecause: String
    ) {
        self.source = source
        self.grid = grid
        self.manufacturer = manufacturer
        self.magneticFieldTesla = magneticFieldTesla
        self.repetitionTimeMS = repetitionTimeMS
        self.echoTimeMS = echoTimeMS
        self.inversionTimeMS = inversionTimeMS
        self.chosenBecause = chosenBecause
    }
}

/// A file beside the page.
package struct OutputFile: Codable, Sendable, Hashable {
    package var file: String
    package var sha256: String
    package var kind: String

    package init(file: String, sha256: String, kind: String) {
        self.file = file
        self.sha256 = sha256
        self.kind = kind
    }
}
