package import Screening

/// A BIDS data set of controls and patients: who can train a network, who cannot, and why.
///
/// Any data set is read that has `participants.tsv` with the columns `participant_id` and `group`, images
/// `sub-*/[ses-*/]anat/*_{T1w,FLAIR}.nii[.gz]`, lesion masks `*_FLAIR_roi.nii[.gz]` beside them, and optionally masks
/// of the brain, `derivatives/brain/sub-*/[ses-*/]anat/*_desc-brain_mask.nii[.gz]`. Groups are hc and fcd as in ds004199;
/// control, controls, healthy, healthy control and ctrl, and patient, patients and case mean the same, in any case.
///
/// One image of each modality is used. 2D and thick-slice images never are (sidecar first, else the header). Of
/// several, the acquisition (`acq-`) that most subjects have; then an image without contrast agent (`ce-`); then the
/// first session, the lowest run, the first name.
package struct Dataset: Sendable {
    /// Someone or something that does not train.
    package struct Exclusion: Sendable, Hashable, Codable {
        package var subject: String
        /// Nil where the whole subject is out.
        package var modality: Modality?
        /// In words, without a path.
        package var reason: String

        package init(subject: String, modality: Modality? = nil, reason: String) {
            self.subject = subject
            self.modality = modality
            self.reason = reason
        }
    }

    /// As in service: slices up to this are thin. Larger voxels train only where they are as large along every axis.
    static let largestVoxelMM = 2.02
    /// Longest relative to shortest side of a voxel that is large and yet no thick slice.
    static let largestSideRatio = 1.5

    /// Those with at least one scan, in the order of their labels.
    package var subjects: [Subject]
    package var excluded: [Exclusion]
    /// What a person should know of choices that were made, a sentence each.
    package var notes: [String]

    package init(subjects: [Subject], excluded: [Exclusion] = [], notes: [String] = []) {
        self.subjects = subjects
        self.excluded = excluded
        self.notes = notes
    }

    /// Reads tables, names and sidecars, and headers where there is no sidecar; no voxels.
    ///
    /// - Throws: `DATASET_INVALID`; what is wrong with one subject is an exclusion instead.
    package static func load(root: String) throws(TrainingError) -> Dataset {
        let table = try ParticipantsTable(root: root)
        guard !table.rows.isEmpty else {
            throw TrainingError(.dataSetInvalid, "participants.tsv has no rows. Name the root of a filled data set.")
        }
        var reader = DatasetReader(root: root)
        for row in table.rows { reader.survey(row) }
        return reader.finish(strangersTo: Set(table.rows.map(\.id)))
    }
}
