internal import Foundation
import Imaging
import Screening

/// Finds each subject's images, then chooses among them with a view of the whole data set.
struct DatasetReader {
    /// One image of a subject that could be used.
    struct Candidate {
        var path: String
        var folder: String
        var session: String
        var name: BIDSName
    }

    struct Survey {
        var row: ParticipantsTable.Row
        var group: Subject.Group
        var candidates: [Modality: [Candidate]] = [:]
        /// Lesion masks with what is known of them.
        var masks: [Candidate] = []
        var brains: [Candidate] = []
    }

    let root: URL
    private var surveys: [Survey] = []
    private var excluded: [Dataset.Exclusion] = []
    private var notes: [String] = []

    init(root: String) { self.root = URL(fileURLWithPath: root) }

    mutating func survey(_ row: ParticipantsTable.Row) {
        guard let group = row.group else {
            return exclude(row.id, nil, "its group is neither that of controls (hc) nor that of patients (fcd)")
        }
        let folder = root.appendingPathComponent(row.id)
        guard isFolder(folder) else { return exclude(row.id, nil, "it has no folder") }
        var survey = Survey(row: row, group: group)
        let images = images(under: folder)
        for modality in Modality.allCases {
            let named = images.filter {
                $0.name.suffix == modality.rawValue && $0.name.entities["part"].map { $0 == "mag" } ?? true
            }
            var faults: [String] = []
            for image in named {
                if let fault = fault(image) {
                    faults.append(fault)
                } else {
                    survey.candidates[modality, default: []].append(image)
                }
            }
            if survey.candidates[modality] == nil {
                exclude(row.id, modality, faults.first ?? "it has no \(modality.rawValue) image")
            }
        }
        survey.masks = images.filter { $0.name.suffix == "roi" && isThere($0.path) }
        survey.brains = self.images(under: root.appendingPathComponent("derivatives/brain/\(row.id)"))
            .filter { $0.name.suffix == "mask" && $0.name.entities["desc"] == "brain" && isThere($0.path) }
        surveys.append(survey)
    }

    mutating func finish(strangersTo known: Set<String>) -> Dataset {
        for name in names(in: root) where name.hasPrefix("sub-") && !known.contains(name) {
            if isFolder(root.appendingPathComponent(name)) { exclude(name, nil, "participants.tsv does not name it") }
        }
        let common = commonness()
        var chosen = [Modality: Int]()
        var withoutMask = 0
        var otherMask = 0
        var controlMasks = 0
        var subjects: [Subject] = []
        for survey in surveys {
            var scans: [Modality: Subject.Scan] = [:]
            for (modality, candidates) in survey.candidates {
                guard let image = candidates.min(by: { Self.isBetter($0, $1, common[modality] ?? [:]) }) else {
                    continue
                }
                if candidates.count > 1 { chosen[modality, default: 0] += 1 }
                let mask = survey.group == .fcd ? Self.nearest(survey.masks, to: image) : nil
                scans[modality] = Subject.Scan(
                    image: image.path, mask: mask?.path, brain: Self.nearest(survey.brains, to: image)?.path,
                    acquisition: image.name.acquisition)
                if modality == .flair, let mask, mask.name.acquisition != image.name.acquisition { otherMask += 1 }
            }
            guard !scans.isEmpty else { continue }
            if survey.group == .fcd, survey.masks.isEmpty { withoutMask += 1 }
            if survey.group == .control, !survey.masks.isEmpty { controlMasks += 1 }
            subjects.append(
                Subject(id: survey.row.id, group: survey.group, scans: scans, attributes: survey.row.attributes))
        }
        for modality in Modality.allCases {
            guard let count = chosen[modality] else { continue }
            notes.append(
                "\(count) subjects have several \(modality.rawValue) images; used is the acquisition that most "
                    + "subjects have, without contrast agent, of the first session, the lowest run.")
        }
        if withoutMask > 0 { notes.append("\(withoutMask) patients have no lesion mask and get no Heat-Score.") }
        if otherMask > 0 {
            notes.append("\(otherMask) lesion masks name another acquisition than the FLAIR; they are placed in mm.")
        }
        if controlMasks > 0 { notes.append("\(controlMasks) controls have a lesion mask, which is not used.") }
        return Dataset(
            subjects: subjects,
            excluded: excluded.sorted {
                ($0.subject, $0.modality?.rawValue ?? "", $0.reason) < (
                    $1.subject, $1.modality?.rawValue ?? "", $1.reason
                )
            },
            notes: notes)
    }

    private mutating func exclude(_ subject: String, _ modality: Modality?, _ reason: String) {
        excluded.append(Dataset.Exclusion(subject: subject, modality: modality, reason: reason))
    }

    /// For each modality and acquisition, how many subjects have it.
    private func commonness() -> [Modality: [String: Int]] {
        var counts: [Modality: [String: Int]] = [:]
        for survey in surveys {
            for (modality, candidates) in survey.candidates {
                for acquisition in Set(candidates.map(\.name.acquisition)) {
                    counts[modality, default: [:]][acquisition, default: 0] += 1
                }
            }
        }
        return counts
    }

    private static func isBetter(_ a: Candidate, _ b: Candidate, _ common: [String: Int]) -> Bool {
        func rank(_ image: Candidate) -> (Int, Int, String, Int, String) {
            (
                -(common[image.name.acquisition] ?? 0), image.name.entities["ce"] == nil ? 0 : 1, image.session,
                image.name.run, image.path
            )
        }
        return rank(a) < rank(b)
    }

    /// The mask that says most that it belongs to an image; all masks of a subject lie in the same space.
    private static func nearest(_ masks: [Candidate], to image: Candidate) -> Candidate? {
        func rank(_ mask: Candidate) -> (Int, Int, Int, String) {
            let contrast = mask.name.contrast ?? ""
            return (
                mask.session == image.session ? 0 : 1, contrast == image.name.suffix ? 0 : 1,
                mask.name.acquisition == image.name.acquisition ? 0 : 1, mask.path
            )
        }
        return masks.min { rank($0) < rank($1) }
    }

    /// Why an image cannot be used; nil where it can.
    private func fault(_ image: Candidate) -> String? {
        let kind = image.name.suffix
        guard isThere(image.path) else {
            return "the \(kind) image is a name without content; fetch it, as with datalad get"
        }
        if let isThick = Sidecar(ofImage: image.path)?.isThick {
            return isThick ? "the \(kind) image was acquired in 2D or thick slices" : nil
        }
        do throws(ImagingError) {
            let header = try NIfTIFile.readHeader(image.path)
            let side = header.grid.spacingMM
            let isThick =
                side.max() > Dataset.largestVoxelMM && side.max() > Dataset.largestSideRatio * side.min()
            return isThick ? "the \(kind) image has thick slices" : nil
        } catch {
            return "the \(kind) image cannot be read (\(error.code.rawValue))"
        }
    }

    private func images(under folder: URL) -> [Candidate] {
        var found: [Candidate] = []
        let sessions = names(in: folder).filter { $0.hasPrefix("ses-") }
        for session in [""] + sessions {
            let anat = (session.isEmpty ? folder : folder.appendingPathComponent(session)).appendingPathComponent(
                "anat")
            for name in names(in: anat) {
                let parts = BIDSName(name)
                guard parts.isImage else { continue }
                found.append(
                    Candidate(
                        path: anat.appendingPathComponent(name).path, folder: anat.path, session: session, name: parts))
            }
        }
        return found
    }

    /// Sorted; empty where the folder is not there.
    private func names(in folder: URL) -> [String] {
        guard isFolder(folder) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        } catch {
            // reason: what cannot be listed is as absent, and its subject is left out for lack of an image.
            return []
        }
    }

    private func isFolder(_ url: URL) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// A regular file with content, links followed.
    private func isThere(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size > 0
    }
}
