package import Imaging

/// Everything that screening one study found: what `result.json` holds and the page shows.
///
/// Holds no name, identifier, date or path of a patient: `pseudonym` is all that stands for one.
package struct StudyResult: Codable, Sendable {
    /// Version of this layout; `etc/result.schema.json` describes it.
    package static let schemaVersion = "1.1"
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
    /// What was measured on the study as a whole, and where the limits come from; nil in results of older versions.
    package var quality: StudyQuality?
    /// Things the reader should know though they changed nothing: a missing modality, a guessed contrast.
    package var notes: [Reason]
    /// Distance between the T1w and the FLAIR peak in mm, where both have one.
    package var peakDistanceMM: Double?
    /// The report that this one takes the place of; nil for a study's first.
    package var supersedes: EarlierReport?
    package var software: Software
    /// Start and length of each step, in order.
    package var timings: [Timing]

    package init(
        caseID: String, pseudonym: String, verdict: Verdict, reason: Reason? = nil, profile: String? = nil,
        noClinicalMeaning: Bool, modalities: [ModalityResult], quality: StudyQuality? = nil, notes: [Reason] = [],
        peakDistanceMM: Double? = nil, software: Software, timings: [Timing] = []
    ) {
        self.caseID = caseID
        self.pseudonym = pseudonym
        self.verdict = verdict
        self.reason = reason
        self.profile = profile
        self.noClinicalMeaning = noClinicalMeaning
        self.modalities = modalities
        self.quality = quality
        self.notes = notes
        self.peakDistanceMM = peakDistanceMM
        self.software = software
        self.timings = timings
    }
}

/// What was measured on the study as a whole, and where all limits come from.
package struct StudyQuality: Codable, Sendable, Hashable {
    /// On what data the limits of all quality numbers were set.
    package var statement: String
    /// Whether T1w and FLAIR show one head in one place; empty where there is only one.
    package var numbers: [QualityNumber]

    package init(statement: String, numbers: [QualityNumber]) {
        self.statement = statement
        self.numbers = numbers
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
    /// There are scores, but a model behind them is not of status `research`: they carry no verdict.
    case noClinicalMeaning
    /// The gate or a missing model said no; there is no score.
    case notAssessable
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
