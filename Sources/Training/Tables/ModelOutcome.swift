package import Screening

/// What one cross-validation found: one row of the paper's tables and everything that belongs beside it.
///
/// `crossval` leaves it in its run folder as `outcome.json`; `tables` and `stats` read it. `init(rows:)` in
/// `ModelOutcome+Rows.swift` fills it from the rows of the test scans.
package struct ModelOutcome: Sendable, Codable, Hashable {
    /// Name of the file in a run folder.
    package static let fileName = "outcome.json"

    /// One fold, measured by the member that saw none of its subjects.
    package struct Fold: Sendable, Codable, Hashable {
        /// From 0.
        package var fold: Int
        /// Share of right verdicts at the rows' own thresholds; nil where no scan was scored.
        package var accuracy: Double?
        /// Nil where the fold's scans are of one group.
        package var auc: Double?
        package var sensitivity: Proportion
        package var specificity: Proportion
        package var heat: Heat

        package init(
            fold: Int, accuracy: Double?, auc: Double?, sensitivity: Proportion, specificity: Proportion, heat: Heat
        ) {
            self.fold = fold
            self.accuracy = accuracy
            self.auc = auc
            self.sensitivity = sensitivity
            self.specificity = specificity
            self.heat = heat
        }
    }

    /// A mean over the scans that have a value.
    package struct Mean: Sendable, Codable, Hashable {
        /// Nil where no scan has a value.
        package var value: Double?
        /// Scans with a value.
        package var scored: Int

        package init(value: Double?, scored: Int) {
            self.value = value
            self.scored = scored
        }

        package init(_ values: [Double]) {
            self.init(value: values.isEmpty ? nil : values.reduce(0, +) / Double(values.count), scored: values.count)
        }
    }

    /// Mean Heat-Scores of the scans with a lesion mask: map with and without ReLU, against all other voxels and against those
    /// of the brain; the same with the raw image as map and with another subject's mask, against the brain's.
    package struct Heat: Sendable, Codable, Hashable {
        package var whole = Mean([])
        package var brain = Mean([])
        package var signedWhole = Mean([])
        package var signedBrain = Mean([])
        package var imageWhole = Mean([])
        package var imageBrain = Mean([])
        package var otherMaskWhole = Mean([])
        package var otherMaskBrain = Mean([])
        /// Patients' scans, scored or not.
        package var patients = 0

        package init() {}
    }

    /// How well a score without the image does, or one of global intensities alone.
    package struct Baseline: Sendable, Codable, Hashable {
        package var accuracy: Double?
        package var auc: ROC.Interval?

        package init(accuracy: Double?, auc: ROC.Interval?) {
            self.accuracy = accuracy
            self.auc = auc
        }
    }

    /// 18, 34 or 50.
    package var depth: Int
    package var source: TrainingProtocol.Transfer.Source
    package var modality: Modality
    /// In their order; each with its own member.
    package var folds: [Fold]
    /// Test scans with a score, of both groups.
    package var controls: Int
    package var patients: Int
    /// Test scans without a score.
    package var refused: Int

    // Over the scans of all folds together.
    package var sensitivity: Proportion
    package var specificity: Proportion
    /// Of the scores of all folds together, which are those of different networks.
    package var auc: ROC.Interval?
    package var heat: Heat
    package var calibrationError: Double?
    package var brierScore: Double?
    /// Of right positives: peaks within `nearMM` of the lesion.
    package var peakNear: Proportion

    /// From the acquisition alone (`ProtocolBaseline`), and from global intensities (`IntensityBaseline`); nil where not asked.
    package var protocolBaseline: Baseline?
    package var intensityBaseline: Baseline?
    /// In a person's words: the data set, seeds, the command; printed under the tables.
    package var note: String

    package var scored: Int { controls + patients }

    package init(
        depth: Int, source: TrainingProtocol.Transfer.Source, modality: Modality, folds: [Fold], controls: Int = 0,
        patients: Int = 0, refused: Int = 0, sensitivity: Proportion = Proportion(0, of: 0),
        specificity: Proportion = Proportion(0, of: 0), auc: ROC.Interval? = nil, heat: Heat = Heat(),
        calibrationError: Double? = nil, brierScore: Double? = nil, peakNear: Proportion = Proportion(0, of: 0),
        protocolBaseline: Baseline? = nil, intensityBaseline: Baseline? = nil, note: String = ""
    ) {
        self.depth = depth
        self.source = source
        self.modality = modality
        self.folds = folds
        self.controls = controls
        self.patients = patients
        self.refused = refused
        self.sensitivity = sensitivity
        self.specificity = specificity
        self.auc = auc
        self.heat = heat
        self.calibrationError = calibrationError
        self.brierScore = brierScore
        self.peakNear = peakNear
        self.protocolBaseline = protocolBaseline
        self.intensityBaseline = intensityBaseline
        self.note = note
    }

    /// Over the folds that have one; nil without any.
    package var accuracySummary: FoldSummary? { FoldSummary(folds.compactMap(\.accuracy)) }
    package var aucSummary: FoldSummary? { FoldSummary(folds.compactMap(\.auc)) }
}
