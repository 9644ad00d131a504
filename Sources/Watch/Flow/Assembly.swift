import DICOM
import Imaging
import Screening

/// From the files of one study to its T1w and its FLAIR image.
enum Assembly {
    /// What the files hold. DICOM decides where there is any; NIfTI files are taken by their names.
    ///
    /// - Parameters:
    ///   - rules: the administrator's, about certain series.
    ///   - threads: read headers.
    static func assemble(_ files: [JobFile], rules: [SeriesRule] = [], threads: Int = 1) -> StudyImages {
        var sources: [SourceFile] = []
        var byPath: [String: JobFile] = [:]
        var identities: [String: PatientIdentity] = [:]
        var nifti: [(file: JobFile, name: NIfTIName)] = []
        let found = Parallel.map(files.count, threads: threads) { index in
            Result { () throws(DICOMError) in
                let path = files[index].path
                return try DICOMFile.looksLikeDICOM(path) ? try DICOMFile.read(path) : nil
            }
        }
        for (file, found) in zip(files, found) {
            switch found {
            case .success(let (header, whose)?):
                sources.append(SourceFile(path: file.path, header: header))
                byPath[file.path] = file
                identities[file.path] = whose
            case .success(nil):
                guard let name = NIfTIName(relativePath: file.name), !name.isDerivative, name.modality != nil else {
                    continue
                }
                nifti.append((file, name))
            case .failure:
                // Each file was looked into when it came, and refused then; what remains shows as a missing slice.
                continue
            }
        }
        guard sources.isEmpty else { return ofDICOM(sources, byPath, identities, rules) }
        return ofNIfTI(nifti)
    }

    private static func ofDICOM(
        _ sources: [SourceFile], _ byPath: [String: JobFile], _ identities: [String: PatientIdentity],
        _ rules: [SeriesRule]
    ) -> StudyImages {
        let studies = SeriesBuilder.studies(of: sources, samePixels: StudyInspector.samePixels)
        let series = studies.flatMap(\.series)
        let choice = DICOMStudy.refusingDifferentDays(
            SeriesChoice.choose(series, rules: rules, sameImage: StudyInspector.sameImage))
        // A page of conflicting objects carries nobody's identity: whosever it showed, it might be the wrong one.
        let isOnePatient = studies.allSatisfy { $0.refusal == nil }
        let whose = studies.lazy.flatMap(\.files).compactMap { identities[$0.path] }
        var study = StudyImages(
            notes: studies.flatMap(\.notes), alarms: studies.flatMap(\.alarms),
            identity: isOnePatient ? whose.first : nil, assessments: choice.reasons)
        for (index, assessment) in choice.reasons.enumerated() {
            guard let modality = Modality(rawValue: assessment.finding.contrast.rawValue) else { continue }
            if assessment.chosenFor != nil {
                let files = Set(series[index].slices.map(\.file)).sorted().map { series[index].files[$0].path }
                study.images[modality] = StudyImage(
                    modality: modality, source: .dicom(series[index]), files: files.compactMap { byPath[$0] },
                    chosenBecause: assessment.because)
                study.note(assessment.notes.map(\.reason))
                if assessment.geometry?.completeness == .unknown {
                    study.notes.append(sliceCountUnknown(modality))
                }
            }
        }
        for (modality, contrast) in [(Modality.t1w, Contrast.t1w), (.flair, .flair)]
        where study.images[modality] == nil {
            study.absences[modality] = choice.absence(of: contrast)?.reason
        }
        // The service asks about one study at a time; a folder given by hand may hold those of two patients.
        if studies.count > 1 {
            let reason = WatchError.Code.severalStudies.reason
            study.images = [:]
            study.identity = nil
            study.absences = [.t1w: reason, .flair: reason]
        }
        study.commonReason = choice.reasons.lazy.compactMap(\.reason).first?.reason
        return study
    }

    private static func sliceCountUnknown(_ modality: Modality) -> Reason {
        Reason(
            code: "SLICE_COUNT_UNKNOWN",
            message:
                "The \(modality.rawValue) header does not say how many slices were acquired: a missing first or last "
                + "slice would not be noticed. Compare the number of slices with the scanner.")
    }

    private static func ofNIfTI(_ files: [(file: JobFile, name: NIfTIName)]) -> StudyImages {
        var study = StudyImages()
        let isAmbiguous = Set(files.map(\.name.studyKey)).count > 1
        for modality in Modality.allCases {
            let candidates = files.filter { $0.name.modality == modality }
            if isAmbiguous || candidates.count > 1 {
                study.absences[modality] = WatchError.Code.ambiguousPair.reason
            } else if let only = candidates.first, only.name.hasContrastAgent {
                study.absences[modality] = DICOMError(.contrastAgentHint).reason
            } else if let only = candidates.first {
                study.images[modality] = StudyImage(
                    modality: modality, source: .nifti(only.file.path), files: [only.file],
                    chosenBecause: "The file's name says \(modality.rawValue).")
                if only.name.hintsAtOperation { study.note([DICOMError(.postOperativeHint).reason]) }
            }
        }
        if study.absences.values.contains(WatchError.Code.ambiguousPair.reason) { study.images = [:] }
        return study
    }
}
