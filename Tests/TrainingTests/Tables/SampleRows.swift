import ConvNet
import Screening
import Training

/// Rows and outcomes made in code.
enum SampleRows {
    /// 20 patients and 20 controls in five folds; patients score higher by `skill`.
    static func rows(_ modality: Modality = .flair, seed: UInt64 = 1, skill: Double = 0.3) -> [ScanRow] {
        var g = SeededGenerator(seed: seed)
        return (0..<40).map { n in
            let isPatient = n % 2 == 0
            let score = 0.7 * g.uniform() + (isPatient ? skill : 0)
            var row = ScanRow(
                subject: "sub-\(1000 + n)", group: isPatient ? .fcd : .control, modality: modality,
                acquisition: "T2sel", fold: n / 2 % 5, score: score, memberScores: [score], threshold: 0.5)
            if isPatient {
                row.heatScore = HeatScore(
                    whole: n == 4 ? nil : 1 + 2 * g.uniform(), brain: g.uniform(), maskVoxels: 100 + n,
                    croppedMaskVoxels: n % 3)
                row.heatScoreSigned = HeatScore(
                    whole: g.normal(), brain: g.normal(), maskVoxels: 100 + n, croppedMaskVoxels: n % 3)
                row.peakDistanceMM = n % 4 == 0 ? 0 : 40 * g.uniform()
                row.severity = 0.25 + 0.75 * g.uniform()
                row.lesionMillilitres = 1 + 9 * g.uniform()
            }
            return row
        }
    }

    static func outcome(
        depth: Int = 18, _ source: TrainingProtocol.Transfer.Source, _ modality: Modality, seed: UInt64,
        skill: Double = 0.3
    ) -> ModelOutcome {
        ModelOutcome(
            depth: depth, source: source, modality: modality, rows: rows(modality, seed: seed, skill: skill),
            protocolScores: Dictionary(
                uniqueKeysWithValues: rows(modality, seed: seed).map { ($0.subject, $0.fold == 0 ? 0.6 : 0.4) }),
            intensityBaseline: .init(accuracy: 0.5, auc: ROC.Interval(auc: 0.52, lower: 0.4, upper: 0.64)),
            note: "Simulated cohort, seed 1.")
    }
}
