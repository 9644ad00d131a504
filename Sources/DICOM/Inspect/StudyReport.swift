package import Imaging

/// What `inspect` says about one study.
package struct StudyReport: Codable, Sendable, Hashable {
    package var studyInstanceUID: String
    /// Of the objects in use; the first value that is there, where some lack it. Nobody's where patients conflict.
    package var identity: PatientIdentity
    /// Whether objects of the study name different people, birth dates or sexes under one Patient ID.
    package var identityVaries: Bool
    package var series: [SeriesReport]
    /// Why the whole study is refused, such as two patients in it.
    package var refusal: Reason?
    /// What a reader of the study should know.
    package var notes: [Reason]
    /// What somebody should look into.
    package var alarms: [Reason]

    /// The series that would be screened as T1w or FLAIR.
    package func chosen(_ contrast: Contrast) -> SeriesReport? { series.first { $0.chosenFor == contrast } }
}

/// What became of a list of files.
package struct Inspection: Codable, Sendable {
    package struct RefusedFile: Codable, Sendable, Hashable {
        /// Index in the list of paths.
        package var index: Int
        package var reason: Reason
    }

    package var studies: [StudyReport]
    package var refused: [RefusedFile]
}
