package import Screening

/// What the paper's tables leave out: intervals, brain-only and signed Heat-Scores, how many were scored, and baselines.
package enum AdditionsTable {
    /// How well scans are told apart.
    package static func verdicts(_ outcomes: [ModelOutcome], modality: Modality) -> ResultTable {
        make(
            outcomes, modality, label: "\(ReproductionTable.label(modality))a",
            caption: "Classification of \(modality.rawValue) images over all test folds, with 95 % intervals.",
            columns: [
                "Patients", "Controls", "Refused", "AUC,\npooled", "Sensitivity", "Specificity", "ECE", "Brier",
                "Acquisition only,\naccuracy", "Acquisition only,\nAUC", "Intensities only,\nAUC",
            ],
            notes: [
                "AUC, pooled: scores of all folds together, DeLong's interval. Sensitivity, specificity: Wilson's interval, at the "
                    + "fold's own threshold. ECE: expected calibration error, ten bins of equal mass.",
                "Acquisition only: the share of patients among the training subjects scanned alike, without the image. "
                    + "Intensities only: logistic regression on global intensity, histogram and left–right asymmetry features.",
            ]
        ) { outcome in
            [
                "\(outcome.patients)", "\(outcome.controls)", "\(outcome.refused)", interval(outcome.auc),
                proportion(outcome.sensitivity), proportion(outcome.specificity),
                ReproductionTable.fixed(outcome.calibrationError), ReproductionTable.fixed(outcome.brierScore),
                ReproductionTable.fixed(outcome.protocolBaseline?.accuracy), interval(outcome.protocolBaseline?.auc),
                interval(outcome.intensityBaseline?.auc),
            ]
        }
    }

    /// Where the maps point.
    package static func maps(_ outcomes: [ModelOutcome], modality: Modality) -> ResultTable {
        make(
            outcomes, modality, label: "\(ReproductionTable.label(modality))b",
            caption: "Heat-Scores of \(modality.rawValue) images, means over patients (number scored).",
            columns: [
                "ReLU,\nwhole", "ReLU,\nbrain", "Signed,\nwhole", "Signed,\nbrain", "Image,\nwhole", "Image,\nbrain",
                "Other mask,\nwhole", "Other mask,\nbrain", "Peak\n≤ 10 mm",
            ],
            notes: [
                "Whole, brain: background of all other voxels, or of the brain's. Image: the scan itself as map. Other mask: "
                    + "another subject's lesion. A score is undefined, and not counted, for an empty mask or a flat background. "
                    + "Peak: share of the true positives whose map is highest within 10 mm of the lesion, Wilson's 95 % interval."
            ]
        ) { outcome in
            let heat = outcome.heat
            return [
                heat.whole, heat.brain, heat.signedWhole, heat.signedBrain, heat.imageWhole, heat.imageBrain,
                heat.otherMaskWhole, heat.otherMaskBrain,
            ].map { mean($0) } + [proportion(outcome.peakNear)]
        }
    }

    private static func make(
        _ outcomes: [ModelOutcome], _ modality: Modality, label: String, caption: String, columns: [String],
        notes: [String], _ cells: (ModelOutcome) -> [String]
    ) -> ResultTable {
        let outcomes = outcomes.filter { $0.modality == modality }
            .sorted { ResultRow.isBefore(ResultRow($0), ResultRow($1)) }
        let depths = Set(outcomes.map(\.depth)).sorted(by: >)
        return ResultTable(
            label: label, caption: caption,
            columns: [.init("Model", isNumber: false), .init("TL", isNumber: false)] + columns.map { .init($0) },
            groups: depths.map { depth in
                outcomes.filter { $0.depth == depth }.map { outcome in
                    (["resnet\(outcome.depth)", outcome.source.tableName] + cells(outcome)).map { .init($0) }
                }
            },
            notes: notes + Set(outcomes.map(\.note)).filter { !$0.isEmpty }.sorted())
    }

    static func interval(_ auc: ROC.Interval?) -> String {
        guard let auc else { return ReproductionTable.missing }
        return range(auc.auc, auc.lower, auc.upper)
    }

    static func proportion(_ share: Proportion) -> String {
        guard let value = share.value, let interval = share.interval else { return ReproductionTable.missing }
        return range(value, interval.lower, interval.upper)
    }

    static func mean(_ mean: ModelOutcome.Mean) -> String {
        mean.value == nil ? ReproductionTable.missing : "\(ReproductionTable.fixed(mean.value)) (\(mean.scored))"
    }

    private static func range(_ value: Double, _ lower: Double, _ upper: Double) -> String {
        let text = { ReproductionTable.fixed($0, 2) }
        return "\(ReproductionTable.fixed(value)) (\(text(lower))–\(text(upper)))"
    }
}
