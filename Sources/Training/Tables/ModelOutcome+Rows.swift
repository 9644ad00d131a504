package import Screening

extension ModelOutcome {
    /// Peaks nearer than this to the lesion count as found there, mm.
    package static let nearMM = 10.0

    /// Measures the test scans of one cross-validation: every scan once, scored by its fold's own member (`fold` set).
    ///
    /// - Parameters:
    ///   - rows: rows of another modality are left out; those with a `refusal` are counted and else left out.
    ///   - protocolScores: `ProtocolBaseline`'s score of each subject, by label.
    package init(
        depth: Int, source: TrainingProtocol.Transfer.Source, modality: Modality, rows: [ScanRow],
        protocolScores: [String: Double]? = nil, intensityBaseline: Baseline? = nil, note: String = ""
    ) {
        let all = rows.filter { $0.modality == modality }
        let scored = all.filter { $0.refusal == nil }
        let labels = scored.map { $0.group == .fcd }
        let folds = Set(scored.compactMap(\.fold)).sorted()
        self.init(
            depth: depth, source: source, modality: modality,
            folds: folds.map { fold in Fold(fold, scored.filter { $0.fold == fold }) },
            controls: labels.count { !$0 }, patients: labels.count { $0 }, refused: all.count - scored.count,
            sensitivity: Self.sensitivity(scored), specificity: Self.specificity(scored),
            auc: ROC.interval(scores: scored.map(\.score), labels: labels), heat: Heat(scored),
            calibrationError: CalibrationError.expected(scores: scored.map(\.score), labels: labels),
            brierScore: CalibrationError.brier(scores: scored.map(\.score), labels: labels),
            peakNear: Self.peakNear(scored),
            protocolBaseline: protocolScores.map { Baseline(rows: scored, scores: $0) },
            intensityBaseline: intensityBaseline, note: note)
    }

    /// Of patients that are flagged and whose lesion has a mask: those whose map has its highest place near it. A map that is
    /// nowhere positive has no such place, and is not near.
    static func peakNear(_ rows: [ScanRow]) -> Proportion {
        let found = rows.filter { $0.group == .fcd && $0.isFlagged && ($0.heatScore?.maskVoxels ?? 0) > 0 }
        return Proportion(found.count { $0.peakDistanceMM.map { $0 <= nearMM } ?? false }, of: found.count)
    }

    static func sensitivity(_ rows: [ScanRow]) -> Proportion {
        let patients = rows.filter { $0.group == .fcd }
        return Proportion(patients.count { $0.isFlagged }, of: patients.count)
    }

    static func specificity(_ rows: [ScanRow]) -> Proportion {
        let controls = rows.filter { $0.group == .control }
        return Proportion(controls.count { !$0.isFlagged }, of: controls.count)
    }
}

extension ModelOutcome.Fold {
    fileprivate init(_ fold: Int, _ rows: [ScanRow]) {
        self.init(
            fold: fold, accuracy: rows.isEmpty ? nil : Double(rows.count { $0.isRight }) / Double(rows.count),
            auc: ROC.auc(scores: rows.map(\.score), labels: rows.map { $0.group == .fcd }),
            sensitivity: ModelOutcome.sensitivity(rows), specificity: ModelOutcome.specificity(rows),
            heat: ModelOutcome.Heat(rows))
    }
}

extension ModelOutcome.Heat {
    /// The means over the patients among the rows.
    package init(_ rows: [ScanRow]) {
        self.init()
        let rows = rows.filter { $0.group == .fcd && $0.refusal == nil }
        func mean(_ score: (ScanRow) -> HeatScore?, _ value: (HeatScore) -> Double?) -> ModelOutcome.Mean {
            ModelOutcome.Mean(rows.compactMap { score($0).flatMap(value) })
        }
        patients = rows.count
        whole = mean(\.heatScore, \.whole)
        brain = mean(\.heatScore, \.brain)
        signedWhole = mean(\.heatScoreSigned, \.whole)
        signedBrain = mean(\.heatScoreSigned, \.brain)
        imageWhole = mean(\.heatScoreOfImage, \.whole)
        imageBrain = mean(\.heatScoreOfImage, \.brain)
        otherMaskWhole = mean(\.heatScoreOfOtherMask, \.whole)
        otherMaskBrain = mean(\.heatScoreOfOtherMask, \.brain)
    }
}

extension ModelOutcome.Baseline {
    /// A score of 0…1 that says FCD over one half; subjects without one are left out.
    package init(rows: [ScanRow], scores: [String: Double]) {
        let known = rows.filter { scores[$0.subject] != nil }
        let values = known.compactMap { scores[$0.subject] }
        let labels = known.map { $0.group == .fcd }
        self.init(
            accuracy: ROC.accuracy(scores: values, labels: labels, threshold: 0.5),
            auc: ROC.interval(scores: values, labels: labels))
    }
}
