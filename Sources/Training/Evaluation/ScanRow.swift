package import Screening

/// What an ensemble or one member said of one test scan, beside what is known of it: one row of `scans.csv`.
package struct ScanRow: Sendable, Codable, Hashable {
    package var subject: String
    package var group: Subject.Group
    package var modality: Modality
    package var acquisition: String
    /// The fold whose member scored it; nil where the whole ensemble did, on a subject that none of its members saw.
    package var fold: Int?
    /// Calibrated score of the class FCD, 0…1, the mean over members.
    package var score: Double
    /// Scores of the members, in their order; one for a fold's own member.
    package var memberScores: [Double]
    package var threshold: Double
    /// Scored on the prepared grid from the map with ReLU, and from the signed map. Nil for controls, and where a score is
    /// undefined.
    package var heatScore: HeatScore?
    package var heatScoreSigned: HeatScore?
    /// The same with the raw image as map, and with another subject's mask.
    package var heatScoreOfImage: HeatScore?
    package var heatScoreOfOtherMask: HeatScore?
    /// From the map's highest place to the nearest voxel of the mask, mm.
    package var peakDistanceMM: Double?
    package var severity: Double?
    package var lesionMillilitres: Double?
    /// Stable code where the scan got no score; the other values are then without meaning.
    package var refusal: String?

    package init(
        subject: String, group: Subject.Group, modality: Modality, acquisition: String, fold: Int? = nil,
        score: Double, memberScores: [Double], threshold: Double
    ) {
        self.subject = subject
        self.group = group
        self.modality = modality
        self.acquisition = acquisition
        self.fold = fold
        self.score = score
        self.memberScores = memberScores
        self.threshold = threshold
    }

    package var isFlagged: Bool { score > threshold }
    package var isRight: Bool { isFlagged == (group == .fcd) }
}
