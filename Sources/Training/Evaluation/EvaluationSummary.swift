package import Screening

/// What a bundle did on one modality's scans: all of them, and the patients by severity and by size of their lesion.
package struct EvaluationSummary: Sendable, Codable, Hashable {
    /// The figures of some patients against all controls.
    package struct Figures: Sendable, Codable, Hashable {
        /// Such as "severity 0.25 to 0.48".
        package var name: String
        package var controls: Int
        package var patients: Int
        /// Scans without a score; the other numbers leave them out.
        package var refused: Int
        package var accuracy: Proportion
        package var sensitivity: Proportion
        package var specificity: Proportion
        package var auc: ROC.Interval?
        package var heat: ModelOutcome.Heat
        /// Of right positives: peaks within `ModelOutcome.nearMM` of the lesion.
        package var peakNear: Proportion
        package var calibrationError: Double?
        package var brierScore: Double?

        package init(_ name: String, _ rows: [ScanRow]) {
            let scored = rows.filter { $0.refusal == nil }
            let labels = scored.map { $0.group == .fcd }
            let scores = scored.map(\.score)
            self.name = name
            controls = labels.count { !$0 }
            patients = labels.count { $0 }
            refused = rows.count - scored.count
            accuracy = Proportion(scored.count { $0.isRight }, of: scored.count)
            sensitivity = ModelOutcome.sensitivity(scored)
            specificity = ModelOutcome.specificity(scored)
            auc = ROC.interval(scores: scores, labels: labels)
            heat = ModelOutcome.Heat(scored)
            peakNear = ModelOutcome.peakNear(scored)
            calibrationError = CalibrationError.expected(scores: scores, labels: labels)
            brierScore = CalibrationError.brier(scores: scores, labels: labels)
        }
    }

    package var modality: Modality
    package var all: Figures
    /// Patients in thirds, from the mildest on; empty where the data set names no severity.
    package var bySeverity: [Figures]
    /// The same by the lesion's volume.
    package var byVolume: [Figures]
    /// What `measureBaselines` found; nil where not asked for, or where the scans are too few.
    package var protocolBaseline: ModelOutcome.Baseline?
    package var intensityBaseline: ModelOutcome.Baseline?

    /// - Parameter rows: of one bundle; rows of another modality are left out.
    package init(_ rows: [ScanRow], modality: Modality) {
        let rows = rows.filter { $0.modality == modality }
        self.modality = modality
        all = Figures("all", rows)
        bySeverity = Self.thirds(rows, .severity)
        byVolume = Self.thirds(rows, .volume)
    }

    private static func thirds(_ rows: [ScanRow], _ stratum: StratumTable.Stratum) -> [Figures] {
        let controls = rows.filter { $0.group == .control }
        return StratumTable.parts(rows, by: stratum).map { part in
            let range = "\(FigureText.number(part.lowest, 2)) to \(FigureText.number(part.highest, 2))"
            return Figures("\(stratum.words) \(range)\(stratum.unit)", controls + part.patients)
        }
    }
}
