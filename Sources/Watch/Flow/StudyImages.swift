import DICOM
import Imaging
import Reporting
import Screening

/// The images of one study, one for each modality that has one.
struct StudyImages {
    var images: [Modality: StudyImage] = [:]
    /// Why a modality has no image.
    var absences: [Modality: Reason] = [:]
    /// Things the reader should know.
    var notes: [Reason] = []
    /// What somebody should look into: content that changed, identifiers that are not unique, patients that mix.
    var alarms: [Reason] = []
    /// Whose study it is; nil for NIfTI, which does not say, and where the objects are of different patients.
    var identity: PatientIdentity?
    /// What was found about every DICOM series.
    var assessments: [SeriesChoice.Assessment] = []
    /// What is wrong with the first series that is, for a study without any usable one.
    var commonReason: Reason?

    /// Adds what is not noted yet: both series of a study may say the same.
    mutating func note(_ more: [Reason]) {
        notes += more.filter { !notes.contains($0) }
    }

    /// Whether the images show one head in one place; nil where fewer than two got through the gate.
    func agreement(of screened: [ScreenedModality], limits: QualityLimits, threads: Int) -> HeadAgreement? {
        let outlines = screened.filter(\.isAdmitted).compactMap { $0.gate?.outline }
        guard outlines.count == 2 else { return nil }
        let frames = Set(images.values.compactMap(\.frameOfReference))
        return HeadAgreement(outlines[0], outlines[1], isComparable: frames.count < 2, limits: limits, threads: threads)
    }

    /// Everything the flow found, in the form that is stored and shown.
    func result(
        of screened: [ScreenedModality], agreement: HeadAgreement?, job: ScreenJob, models: ModelShelf,
        timings: [Timing]
    ) -> StudyResult {
        let scores = screened.compactMap(\.score)
        let verdict: Verdict =
            scores.isEmpty
            ? .notAssessable : models.noClinicalMeaning ? .noClinicalMeaning : VerdictRule.decide(scores)
        var notes = notes
        if !scores.isEmpty {
            notes += screened.filter { $0.score == nil }.compactMap { modality in
                modality.reason.map {
                    Reason(code: $0.code, message: "\(modality.modality.rawValue) was not scored: \($0.message)")
                }
            }
        }
        let peaks = screened.compactMap { $0.heatmap?.peaks.first }
        var result = StudyResult(
            caseID: job.caseID, pseudonym: job.pseudonym, verdict: verdict,
            reason: scores.isEmpty ? mainReason(of: screened) : nil, profile: job.settings.profileName,
            noClinicalMeaning: models.noClinicalMeaning, modalities: screened.map { $0.result(outputs: []) },
            quality: StudyQuality(statement: job.settings.quality.statement, numbers: agreement?.quality ?? []),
            notes: notes, peakDistanceMM: Heatmap.spread(of: peaks),
            software: Software(version: job.settings.softwareVersion), timings: timings)
        result.supersedes = job.supersedes
        return result
    }

    /// Why a study without any score has none: what was wrong with an image says more than that the other is missing.
    private func mainReason(of screened: [ScreenedModality]) -> Reason {
        let withImage = screened.first { $0.image != nil && $0.reason != nil }
        let specific = screened.first { $0.reason != nil && $0.reason?.code != WatchError.Code.missingImage.rawValue }
        return withImage?.reason ?? specific?.reason ?? commonReason ?? WatchError.Code.noUsableSeries.reason
    }
}

/// One image and where it comes from.
struct StudyImage {
    enum Source {
        case dicom(DICOMSeries)
        /// Path of the private copy.
        case nifti(String)
    }

    var modality: Modality
    var source: Source
    /// The files that make it up.
    var files: [JobFile]
    /// Why it was taken for this modality.
    var chosenBecause: String

    /// Within one, places can be compared; nil where nothing is said.
    var frameOfReference: String? {
        guard case .dicom(let series) = source else { return nil }
        return series.header.frameOfReferenceUID
    }

    /// Reads the voxels.
    func load(threads: Int) throws -> Volume {
        switch source {
        case .dicom(let series): try Converter.volume(of: series, threads: threads)
        case .nifti(let path): try NIfTIFile.read(path).volume
        }
    }

    /// As its header says, without reading voxels.
    func voxelCount() throws -> Int {
        switch source {
        case .dicom(let series): try series.geometry().grid.voxelCount
        case .nifti(let path): try NIfTIFile.readHeader(path).grid.voxelCount
        }
    }

    /// Geometry and physics, without any text that may name a patient.
    func acquisition(on grid: VoxelGrid) -> Screening.Acquisition {
        guard case .dicom(let series) = source else {
            return Screening.Acquisition(source: "NIfTI", grid: grid, chosenBecause: chosenBecause)
        }
        let physics = series.acquisition
        return Screening.Acquisition(
            source: "DICOM", grid: grid, manufacturer: series.header.manufacturer,
            magneticFieldTesla: physics.fieldStrengthT, repetitionTimeMS: physics.repetitionTimeMS,
            echoTimeMS: physics.echoTimeMS, inversionTimeMS: physics.inversionTimeMS, chosenBecause: chosenBecause)
    }
}
