import Crypto
import DICOM
import Foundation
import Glibc
import Imaging
import Reporting
import Screening

/// The folder that becomes the published one: images, maps, result and page, each on disk and hashed.
///
/// File names follow BIDS derivatives with the pseudonym as subject.
struct PublishFolder {
    let job: ScreenJob
    private let folder: String

    init(job: ScreenJob) {
        self.job = job
        folder = job.workFolder + "/" + ScreenJob.publishFolder
    }

    /// Writes everything; the page comes last, so that it can name the hashes of all else.
    func write(
        _ found: StudyResult, screened: [ScreenedModality], identity: PatientIdentity?
    ) throws -> ScreenAnswer {
        try SpoolFolder.make(folder, mode: 0o750)
        var result = found
        var outputs: [OutputFile] = []
        let images = try Parallel.tryMap(screened.count, threads: job.settings.threads) { index throws(any Error) in
            try writeImages(of: screened[index])
        }
        for (index, files) in images.enumerated() {
            result.modalities[index].outputs = files
            outputs += files
        }
        outputs.append(try write(try ResultJSON.encode(result), as: Publication.resultName, kind: "result"))
        let page = StudyPage(
            result: result, identity: job.settings.identity == .local ? identity.map(PageIdentity.init) : nil,
            modalities: screened.enumerated().compactMap { index, modality in
                modality.scan.map {
                    PageModality(
                        modality: modality.modality, scan: $0, heat: modality.pageHeat, result: result.modalities[index]
                    )
                }
            },
            prevalence: job.settings.prevalence, profileOperatingPoint: job.settings.profileOperatingPoint,
            auditHead: job.auditHead,
            madeAtLocal: LocalTime.text(SystemTime().utcUS()))
        let html = try page.html(threads: job.settings.threads)
        outputs.append(try write(Array(html.utf8), as: Publication.pageName, kind: "page"))
        return ScreenAnswer(
            verdict: result.verdict, reason: result.reason, noClinicalMeaning: result.noClinicalMeaning,
            scores: screened.compactMap { modality in
                modality.score.map { ScoreLine(modality: modality.modality, score: $0) }
            },
            outputs: outputs,
            usedInputs: screened.filter { $0.score != nil }.flatMap { $0.image?.files.map(\.sha256) ?? [] },
            models: Dictionary(
                uniqueKeysWithValues: screened.compactMap { modality in
                    modality.model.map { (modality.modality.rawValue, $0.sha256) }
                }))
    }

    /// The scan and its maps, as NIfTI on the scan's own grid, with side-cars.
    private func writeImages(of screened: ScreenedModality) throws -> [OutputFile] {
        guard let scan = screened.scan else { return [] }
        let name = screened.modality.rawValue
        let stem = "sub-\(job.pseudonym)"
        var files = [try write(scan, as: "\(stem)_\(name).nii.gz", kind: "scan", description: "FCDWatch scan")]
        guard let heat = screened.heat, let normalised = screened.normalisedHeat, let map = screened.map,
            let model = screened.model
        else { return files }
        for (volume, entity, isNormalised) in [(normalised, "gradcam", true), (heat, "gradcamraw", false)] {
            let mapStem = "\(stem)_space-\(name)_desc-\(entity)_heatmap"
            files.append(
                try write(
                    volume, as: mapStem + ".nii.gz", kind: isNormalised ? "heatmap" : "heatmap-raw",
                    description: "FCDWatch Grad-CAM"))
            let sidecar = HeatmapSidecar(
                isNormalised ? .normalised : .raw, cells: map.volume.grid, stage: map.stage,
                memberCount: screened.score?.members.count ?? 0, model: model)
            files.append(try write(try sidecar.encoded(), as: mapStem + ".json", kind: "sidecar"))
        }
        return files
    }

    private func write(_ volume: Volume, as name: String, kind: String, description: String) throws -> OutputFile {
        try NIfTIFile.write(volume, to: folder + "/" + name, description: description, threads: job.settings.threads)
        return try entry(name, kind)
    }

    private func write(_ bytes: [UInt8], as name: String, kind: String) throws -> OutputFile {
        try SpoolFolder.write(bytes, to: folder + "/" + name, mode: 0o640)
        return try entry(name, kind)
    }

    private func entry(_ name: String, _ kind: String) throws -> OutputFile {
        chmod(folder + "/" + name, 0o640)
        return OutputFile(file: name, sha256: try Publication.hash(of: folder + "/" + name), kind: kind)
    }
}

extension PageIdentity {
    /// DICOM's values as people read them: `DOE^JANE` becomes `DOE, JANE`, `19800131` becomes `1980-01-31`.
    init(_ identity: PatientIdentity) {
        self.init(
            name: identity.name.map(Self.personName), patientID: identity.patientID,
            birthDate: identity.birthDate.map(PageTime.date), sex: identity.sex, accession: identity.accession,
            studyTime: PageTime.moment(identity.studyDate, identity.studyTime))
    }

    private static func personName(_ value: String) -> String {
        value.split(separator: "=").map { group in
            group.split(separator: "^", omittingEmptySubsequences: true).joined(separator: ", ")
        }.joined(separator: " = ")
    }
}

/// DICOM's dates and times as people read them.
enum PageTime {
    /// `19800131` as `1980-01-31`; anything else as it is.
    static func date(_ value: String) -> String {
        guard value.count == 8, value.allSatisfy(\.isNumber) else { return value }
        return "\(value.prefix(4))-\(value.dropFirst(4).prefix(2))-\(value.suffix(2))"
    }

    static func moment(_ day: String?, _ time: String?) -> String? {
        guard let day else { return nil }
        guard let time, time.count >= 4 else { return date(day) }
        return date(day) + " \(time.prefix(2)):\(time.dropFirst(2).prefix(2))"
    }
}
