package import DICOM
package import Imaging
package import Screening

/// A request to read the headers of settled files.
package struct InspectJob: Codable, Sendable {
    package enum Question: String, Codable, Sendable {
        /// What is each file, and to which study does it belong?
        case files
        /// The files are all of one study: can it be screened as it stands?
        case readiness
        /// Everything a person may want to know of the series: for the command line.
        case report
    }

    package var files: [JobFile]
    package var question: Question
    /// The administrator's rules about certain series.
    package var seriesRules: [SeriesRule]

    package init(files: [JobFile], question: Question, seriesRules: [SeriesRule] = []) {
        self.files = files
        self.question = question
        self.seriesRules = seriesRules
    }
}

/// What the headers say.
package struct InspectAnswer: Codable, Sendable {
    /// One finding a file, in the order of the job.
    package var files: [FileFinding]
    /// Set where the job asked for it.
    package var readiness: StudyReadiness?
    /// Set where the job asked for a report.
    package var report: InspectReport?

    package init(files: [FileFinding], readiness: StudyReadiness? = nil, report: InspectReport? = nil) {
        self.files = files
        self.readiness = readiness
        self.report = report
    }
}

/// What one file is and to which study it belongs.
package struct FileFinding: Codable, Sendable {
    package enum Kind: String, Codable, Sendable {
        case dicom, nifti
        /// A BIDS side-car, a DICOMDIR: part of a delivery, but holds no image.
        case companion
        case refused
    }

    package var kind: Kind
    /// Why the file was refused.
    package var refusal: Reason?
    /// Which study it belongs to. Holds identifiers: goes from worker to daemon through a pipe and is hashed there.
    package var study: StudyHandle?

    package init(kind: Kind, refusal: Reason? = nil, study: StudyHandle? = nil) {
        self.kind = kind
        self.refusal = refusal
        self.study = study
    }
}

/// What tells studies apart, in plain text. Never stored or logged; the daemon keeps keyed hashes of it.
package struct StudyHandle: Codable, Sendable, Hashable {
    package var patientID: String
    package var issuer: String
    package var study: String
    package var accession: String?
    package var studyTime: String?
    /// Series and SOP Instance UID of a DICOM object.
    package var series: String?
    package var instance: String?
    /// Of a DICOM object: SHA-256 of what it holds, as `FileHeader` defines it.
    package var contentSHA256: String?

    package init(
        patientID: String, issuer: String, study: String, accession: String? = nil, studyTime: String? = nil,
        series: String? = nil, instance: String? = nil, contentSHA256: String? = nil
    ) {
        self.patientID = patientID
        self.issuer = issuer
        self.study = study
        self.accession = accession
        self.studyTime = studyTime
        self.series = series
        self.instance = instance
        self.contentSHA256 = contentSHA256
    }
}

/// Whether a study can be screened as it stands.
package struct StudyReadiness: Codable, Sendable {
    /// Modalities for which a whole, usable image is here.
    package var usable: [Modality]
    /// Modalities whose image is here in part, each with the reason (missing slices).
    package var incomplete: [Modality: Reason]
    /// SHA-256 of the files that would be screened.
    package var chosen: [Modality: [String]]
    /// What somebody should look into: content that changed, identifiers that are not unique, patients that mix.
    package var alarms: [Reason]

    package init(
        usable: [Modality], incomplete: [Modality: Reason], chosen: [Modality: [String]] = [:], alarms: [Reason] = []
    ) {
        self.usable = usable
        self.incomplete = incomplete
        self.chosen = chosen
        self.alarms = alarms
    }

    private enum CodingKeys: String, CodingKey { case usable, incomplete, chosen, alarms }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        usable = try container.decode([Modality].self, forKey: .usable)
        incomplete = Self.byModality(try container.decode([String: Reason].self, forKey: .incomplete))
        chosen = Self.byModality(try container.decode([String: [String]].self, forKey: .chosen))
        alarms = try container.decode([Reason].self, forKey: .alarms)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(usable, forKey: .usable)
        try container.encode(Self.byName(incomplete), forKey: .incomplete)
        try container.encode(Self.byName(chosen), forKey: .chosen)
        try container.encode(alarms, forKey: .alarms)
    }

    private static func byModality<Value>(_ named: [String: Value]) -> [Modality: Value] {
        Dictionary(
            uniqueKeysWithValues: named.compactMap { name, value in Modality(rawValue: name).map { ($0, value) } })
    }

    private static func byName<Value>(_ values: [Modality: Value]) -> [String: Value] {
        Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, $0.value) })
    }
}

/// What `fcdwatch inspect` prints: every series and image with its facts, and why it would be used or not.
package struct InspectReport: Codable, Sendable {
    /// A NIfTI image.
    package struct Image: Codable, Sendable {
        /// Index into the files asked about.
        package var file: Int
        package var header: NIfTIHeaderFacts
        package var chosenFor: Modality?
        package var reason: Reason?
        /// What a reader of its result should know.
        package var notes: [Reason]

        package init(
            file: Int, header: NIfTIHeaderFacts, chosenFor: Modality?, reason: Reason?, notes: [Reason] = []
        ) {
            self.file = file
            self.header = header
            self.chosenFor = chosenFor
            self.reason = reason
            self.notes = notes
        }
    }

    /// A file that could not be read as an image.
    package struct Refused: Codable, Sendable {
        /// Index into the files asked about.
        package var file: Int
        package var reason: Reason

        package init(file: Int, reason: Reason) {
            self.file = file
            self.reason = reason
        }
    }

    package var studies: [StudyReport]
    package var images: [Image]
    package var refused: [Refused]

    package init(studies: [StudyReport], images: [Image], refused: [Refused]) {
        self.studies = studies
        self.images = images
        self.refused = refused
    }
}
