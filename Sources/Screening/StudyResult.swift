package import Imaging

/// Everything that screening one study found: what `result.json` holds and the page shows.
///
/// Holds no name, identifier, date or path of a patient: `pseudonym` is all that stands for one.
package struct StudyResult: Codable, Sendable {
    /// Version of this layout; `etc/result.schema.json` describes it.
    package static let schemaVersion = "1.0"
    package var schema = StudyResult.schemaVersion
    package var caseID: String
    /// Keyed hash of the patient's identifier, hexadecimal.
    package var pseudonym: String
    package var verdict: Verdict
    /// Set where `verdict` is `.notAssessable`.
    package var reason: Reason?
    /// The profile's name; nil where none was usable.
    package var profile: String?
    /// True where any model involved is not of status `research`: the page then shows no verdict.
    package var noClinicalMeaning: Bool
    /// One entry for each of T1w and FLAIR, in that order, also where a modality is missing.
    package var modalities: [ModalityResult]
    /// Things the reader should know though they changed nothing: a missing modality, a guessed contrast.
    package var notes: [Reason]
    /// Distance between the T1w and the FLAIR peak in mm, where both have one.
    package var peakDistanceMM: Double?
    package var software: Software
    /// Start and length of each step, in order.
    package var timings: [Timing]

    package init(
        caseID: String, pseudonym: String, verdict: Verdict, reason: Reason? = nil, profile: String? = nil,
        noClinicalMeaning: Bool, modalities: [ModalityResult], notes: [Reason] = [], peakDistanceMM: Double? = nil,
        software: Software, timings: [Timing] = []
    ) {
        self.caseID = caseID
        self.pseudonym = pseudonym
        self.verdict = verdict
        self.reason = reason
        self.profile = profile
        self.noClinicalMeaning = noClinicalMeaning
        self.modalities = modalities
        self.notes = notes
        self.peakDistanceMM = peakDistanceMM
        self.software = software
        self.timings = timings
    }
}

/// The study-level statement.
package enum Verdict: String, Codable, Sendable, CaseIterable {
    /// A modality's mean score is over its threshold.
    case flagged
    /// No mean is over its threshold, but at least two members of one modality are.
    case indeterminate
    /// Neither.
    case belowThreshold
    /// The gate or a missing model said no; there is no score.
    case notAssessable
}

/// A stable code, what it means here, and what to do next. Free of patient data.
package struct Reason: Codable, Sendable, Hashable {
    package var code: String
    package var message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}

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

/// An ensemble's score for one image.
package struct ModalityScore: Codable, Sendable, Hashable {
    /// Mean of the members' calibrated softmax values for the FCD class, 0…1. Not a probability of disease.
    package var mean: Double
    package var minimum: Double
    package var maximum: Double
    package var threshold: Double
    /// True where `mean` is over `threshold`.
    package var isOverThreshold: Bool
    package var members: [MemberScore]

    package init(members: [MemberScore], threshold: Double) {
        precondition(!members.isEmpty, "an ensemble has members")
        let scores = members.map(\.score)
        self.mean = scores.reduce(0, +) / Double(scores.count)
        self.minimum = scores.min() ?? 0
        self.maximum = scores.max() ?? 0
        self.threshold = threshold
        self.isOverThreshold = mean > threshold
        self.members = members
    }
}

/// One network's answer.
package struct MemberScore: Codable, Sendable, Hashable {
    /// File name inside the bundle.
    package var file: String
    package var sha256: String
    package var fold: Int?
    /// (control, FCD), as the network computed them.
    package var logits: [Double]
    /// Calibrated softmax of the FCD class, 0…1.
    package var score: Double

    package init(file: String, sha256: String, fold: Int?, logits: [Double], score: Double) {
        self.file = file
        self.sha256 = sha256
        self.fold = fold
        self.logits = logits
        self.score = score
    }
}

/// Which model spoke, and what is known about it.
package struct ModelIdentity: Codable, Sendable, Hashable {
    package enum Status: String, Codable, Sendable, CaseIterable {
        /// Random weights: shows that the machinery works.
        case untrained
        /// Trained, but on data that say nothing about patients.
        case demonstration
        /// Trained and tested on patients; still no medical device.
        case research
    }
    package var name: String
    package var version: String
    package var status: Status
    /// SHA-256 of `model.json`, which names the SHA-256 of every member.
    package var sha256: String
    package var architecture: String
    package var operatingPoint: OperatingPoint?
    package var limits: [String]

    package init(
        name: String, version: String, status: Status, sha256: String, architecture: String,
        operatingPoint: OperatingPoint?, limits: [String]
    ) {
        self.name = name
        self.version = version
        self.status = status
        self.sha256 = sha256
        self.architecture = architecture
        self.operatingPoint = operatingPoint
        self.limits = limits
    }
}

/// Where a threshold comes from.
package struct OperatingPoint: Codable, Sendable, Hashable {
    package var sensitivity: Double
    package var specificity: Double
    /// Number of subjects it was measured on.
    package var subjects: Int
    package var data: String

    package init(sensitivity: Double, specificity: Double, subjects: Int, data: String) {
        self.sensitivity = sensitivity
        self.specificity = specificity
        self.subjects = subjects
        self.data = data
    }
}

/// Where the heat map points.
package struct HeatmapSummary: Codable, Sendable {
    /// Name of the layer the map is computed at.
    package var layer: String
    /// Size of one cell of that layer in mm along the prepared grid's axes (x, y, z of RAS).
    package var cellSizeMM: SIMD3<Double>
    /// Number of cells along those axes.
    package var cells: SIMD3<Int>
    /// Largest value of the unnormalised map.
    package var maximum: Double
    /// Strongest first; the first is where the page looks. Empty where the map is flat.
    package var peaks: [Peak]
    /// Largest distance in mm between the peaks of two members.
    package var memberPeakSpreadMM: Double?

    package init(
        layer: String, cellSizeMM: SIMD3<Double>, cells: SIMD3<Int>, maximum: Double, peaks: [Peak],
        memberPeakSpreadMM: Double?
    ) {
        self.layer = layer
        self.cellSizeMM = cellSizeMM
        self.cells = cells
        self.maximum = maximum
        self.peaks = peaks
        self.memberPeakSpreadMM = memberPeakSpreadMM
    }
}

/// A maximum of the heat map.
package struct Peak: Codable, Sendable, Hashable {
    /// Scanner RAS in mm.
    package var positionRASMM: SIMD3<Double>
    /// Nearest voxel of the scan.
    package var voxel: SIMD3<Int>
    /// Value of the unnormalised map, and of the map normalised to 0…1.
    package var value: Double
    package var normalised: Double

    package init(positionRASMM: SIMD3<Double>, voxel: SIMD3<Int>, value: Double, normalised: Double) {
        self.positionRASMM = positionRASMM
        self.voxel = voxel
        self.value = value
        self.normalised = normalised
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

package struct Software: Codable, Sendable, Hashable {
    package var name: String
    package var version: String

    package init(name: String = "fcdwatch", version: String) {
        self.name = name
        self.version = version
    }
}

/// How long a step took.
package struct Timing: Codable, Sendable, Hashable {
    package var step: String
    package var seconds: Double

    package init(step: String, seconds: Double) {
        self.step = step
        self.seconds = seconds
    }
}
