import DICOM
package import Screening

/// What the name of a NIfTI file says: which contrast it is, and which files belong to the same study.
///
/// A NIfTI file carries no patient, no study and no contrast, so its place and name must:
/// - BIDS names (`sub-01_ses-2_acq-x_T1w.nii.gz`) pair by `sub` and `ses`, wherever they lie.
/// - Other names pair by sub-folder of the inbox: one T1 and one FLAIR in it are a study.
/// - Other names loose in the inbox's root pair with nothing.
package struct NIfTIName: Sendable, Hashable {
    /// The contrast that a token of the name says; nil where none does.
    package let modality: Modality?
    /// True for masks, label maps and derivatives, which are part of a delivery but never screened.
    package let isDerivative: Bool
    /// True where the name says that a contrast agent was given.
    package let hasContrastAgent: Bool
    /// True where the name speaks of an operation.
    package let hintsAtOperation: Bool
    /// The same for all files of one study. Made of the path: private, like every name in the inbox.
    package let studyKey: String

    /// True for a `studyKey` that another study may have later: one made of a folder's or a file's name.
    ///
    /// A DICOM identifier holds digits and dots only.
    static func mayNameAnotherStudy(_ studyKey: String) -> Bool {
        studyKey.hasPrefix("folder:") || studyKey.hasPrefix("file:")
    }

    /// Reads a path relative to the inbox, `/` between its parts. Nil where it is no NIfTI name.
    package init?(relativePath: String) {
        let parts = relativePath.split(separator: "/").map(String.init)
        guard let file = parts.last, let stem = NIfTIName.stem(of: file) else { return nil }
        let folders = parts.dropLast()
        let words = stem.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)

        let contrasts = Set(words.compactMap(NIfTIName.contrast))
        modality = contrasts.count == 1 ? contrasts.first : nil
        let text = FreeText(stem)
        hasContrastAgent = text.hintsAtContrastAgent
        hintsAtOperation = text.hintsAtOperation
        isDerivative =
            words.contains { NIfTIName.derivativeWords.contains($0) }
            || folders.contains { $0.lowercased() == "derivatives" }

        if let entities = NIfTIName.subjectAndSession(of: stem) {
            let scope = folders.prefix { !$0.hasPrefix("sub-") }.joined(separator: "/")
            studyKey = "bids:\(scope):\(entities)"
        } else if folders.isEmpty {
            studyKey = "file:\(stem)"
        } else {
            studyKey = "folder:\(folders.joined(separator: "/"))"
        }
    }

    /// Words that mark a mask or a result of other software.
    static let derivativeWords: Set<String> = [
        "mask", "brainmask", "roi", "seg", "dseg", "probseg", "label", "labels", "lesion", "desc", "derivative",
        "consensus", "heatmap", "gradcam", "probmap", "map",
    ]

    private static func stem(of file: String) -> String? {
        let lower = file.lowercased()
        for ending in [".nii.gz", ".nii"] where lower.hasSuffix(ending) && lower.count > ending.count {
            return String(file.dropLast(ending.count))
        }
        return nil
    }

    private static func contrast(_ word: String) -> Modality? {
        switch word {
        case "t1w", "t1": .t1w
        case "flair": .flair
        default: nil
        }
    }

    /// `sub-01_ses-2` of a BIDS name; nil where the name has no `sub-` entity at its start.
    private static func subjectAndSession(of stem: String) -> String? {
        let entities = stem.split(separator: "_")
        guard let subject = entities.first, subject.hasPrefix("sub-"), subject.count > 4, entities.count > 1 else {
            return nil
        }
        let session = entities.dropFirst().first { $0.hasPrefix("ses-") }
        return ([subject] + [session].compactMap { $0 }).joined(separator: "_")
    }
}
