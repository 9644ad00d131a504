package import DICOM
import Imaging
import Screening

extension InspectJob {
    /// Does the job. Runs in a worker only: files may be hostile.
    ///
    /// - Throws: `DICTIONARY_MISSING`, which is no fault of the files.
    func run() throws -> InspectAnswer {
        guard DICOMFile.dictionaryIsLoaded else { throw DICOMError(.dictionaryMissing) }
        return switch question {
        case .files: InspectAnswer(files: files.map(FileFinding.init))
        case .readiness: InspectAnswer(files: [], readiness: StudyReadiness(of: files, rules: seriesRules))
        case .report: InspectAnswer(files: [], report: InspectReport(of: files, rules: seriesRules))
        }
    }
}

extension FileFinding {
    /// Looks into a file.
    init(_ file: JobFile) {
        do {
            if try DICOMFile.looksLikeDICOM(file.path) {
                self = try Self.ofDICOM(file)
            } else if let name = NIfTIName(relativePath: file.name) {
                self = try Self.ofNIfTI(file, name)
            } else if Self.isCompanion(file.name) {
                self.init(kind: .companion)
            } else if file.name.lowercased().hasSuffix(".dcm") {
                throw DICOMError(.notDICOM)
            } else {
                throw WatchError(.notAnImage, WatchError.Code.notAnImage.sentence)
            }
        } catch let error as any Refusal {
            self.init(kind: .refused, refusal: error.reason)
        } catch {
            self.init(kind: .refused, refusal: WatchError.Code.notAnImage.reason)
        }
    }

    private static func ofDICOM(_ file: JobFile) throws(DICOMError) -> FileFinding {
        let header: FileHeader
        let identity: PatientIdentity
        do {
            (header, identity) = try DICOMFile.read(file.path)
        } catch {
            guard error.code == .noPixels else { throw error }
            // Reports, presentation states and directories come with studies and hold no image.
            return FileFinding(kind: .companion)
        }
        let handle = StudyHandle(
            patientID: identity.patientID ?? "", issuer: identity.issuer ?? "", study: header.studyInstanceUID,
            accession: identity.accession, studyTime: PageTime.moment(identity.studyDate, identity.studyTime),
            series: header.seriesInstanceUID, instance: header.sopInstanceUID, contentSHA256: header.contentSHA256)
        return FileFinding(kind: .dicom, study: handle)
    }

    private static func ofNIfTI(_ file: JobFile, _ name: NIfTIName) throws -> FileFinding {
        if name.isDerivative { return FileFinding(kind: .companion) }
        guard name.modality != nil else {
            return FileFinding(kind: .refused, refusal: WatchError.Code.unnamedContrast.reason)
        }
        guard !name.hasContrastAgent else { throw DICOMError(.contrastAgentHint) }
        try NIfTIFile.checkWhole(file.path)
        return FileFinding(
            kind: .nifti, study: StudyHandle(patientID: name.studyKey, issuer: "NIfTI", study: name.studyKey))
    }

    /// Endings of files that come with images and hold none.
    private static let companionEndings = [
        ".json", ".bval", ".bvec", ".tsv", "dicomdir", "readme", "readme.md", "readme.txt", "license", "license.txt",
        "dataset_description.json", "changes", ".bidsignore",
    ]

    private static func isCompanion(_ name: String) -> Bool {
        let lower = name.lowercased()
        return companionEndings.contains { lower.hasSuffix($0) }
    }
}

extension StudyReadiness {
    /// Codes that more files of the study might cure.
    private static let curable: Set<DICOMCode> = [
        .missingSlice, .expectedSlicesMissing, .unevenSpacing, .notAVolume,
    ]

    /// Asks whether the files of one study can be screened as they stand.
    package init(of files: [JobFile], rules: [SeriesRule] = []) {
        let study = Assembly.assemble(files, rules: rules)
        let incomplete = study.assessments.compactMap { assessment -> (Modality, Reason)? in
            guard let modality = Modality(rawValue: assessment.finding.contrast.rawValue),
                let error = assessment.reason,
                Self.curable.contains(error.code)
            else { return nil }
            return (modality, error.reason)
        }
        self.init(
            usable: Modality.allCases.filter { study.images[$0] != nil },
            incomplete: Dictionary(incomplete, uniquingKeysWith: { first, _ in first }),
            chosen: study.images.mapValues { $0.files.map(\.sha256) }, alarms: study.alarms)
    }
}

extension InspectReport {
    init(of files: [JobFile], rules: [SeriesRule]) {
        var dicom: [Int] = []
        var images: [Image] = []
        var refused: [Refused] = []
        for (index, file) in files.enumerated() {
            if Self.looksLikeDICOM(file) {
                dicom.append(index)
                continue
            }
            let finding = FileFinding(file)
            switch finding.kind {
            case .nifti:
                let name = NIfTIName(relativePath: file.name)
                do {
                    let header = try NIfTIFile.readHeader(file.path)
                    let notes = name?.hintsAtOperation == true ? [DICOMError(.postOperativeHint).reason] : []
                    images.append(
                        Image(file: index, header: header, chosenFor: name?.modality, reason: nil, notes: notes))
                } catch {
                    refused.append(Refused(file: index, reason: error.reason))
                }
            case .companion, .dicom: break
            case .refused:
                refused.append(Refused(file: index, reason: finding.refusal ?? WatchError.Code.notAnImage.reason))
            }
        }
        let inspection = StudyInspector.inspect(paths: dicom.map { files[$0].path }, hashPixels: true, rules: rules)
        // Reports, presentation states and directories come with studies and hold no image.
        refused += inspection.refused.filter { $0.reason.code != DICOMCode.noPixels.rawValue }
            .map { Refused(file: dicom[$0.index], reason: $0.reason) }
        self.init(studies: inspection.studies, images: images, refused: refused.sorted { $0.file < $1.file })
    }

    /// False also for a file that cannot be read: `FileFinding` then says why.
    private static func looksLikeDICOM(_ file: JobFile) -> Bool {
        do {
            return try DICOMFile.looksLikeDICOM(file.path)
        } catch {
            return false
        }
    }
}
