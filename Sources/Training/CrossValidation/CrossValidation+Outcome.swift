import Screening

extension CrossValidation {
    /// What the run found, with the baselines that saw no lesion.
    ///
    /// - Parameter note: printed under the tables.
    package func outcome(_ result: Result, note: String) -> ModelOutcome {
        let scored = result.rows.filter { $0.refusal == nil && result.features[$0.subject] != nil }
        let intensity =
            Set(scored.compactMap(\.fold)).count > 1
            ? IntensityBaseline.measure(
                features: scored.compactMap { result.features[$0.subject] },
                labels: scored.map { $0.group == .fcd }, foldOf: scored.map { $0.fold ?? 0 }) : nil
        return ModelOutcome(
            depth: settings.network.depth, source: settings.transfer.source, modality: modality, rows: result.rows,
            protocolScores: ProtocolBaseline.scores(subjects: subjects, modality: modality, plan: plan),
            intensityBaseline: intensity,
            note: note + (options.shuffleLabels ? " Trained on labels given out by chance." : ""))
    }

    /// Writes `scans.csv`, `outcome.json` and `summary.md`.
    package func write(_ outcome: ModelOutcome, _ result: Result) throws(TrainingError) {
        try folder.write(ScanRow.table(result.rows).text, as: ScanRow.fileName)
        try folder.write(json: outcome, as: ModelOutcome.fileName)
        try folder.write(summary(outcome, result), as: RunFolder.summaryName)
    }

    /// Writes `figure2.svg`: patients rightly flagged, each with the map of the member that tested it.
    ///
    /// - Parameter data: what its caption calls the data.
    package func writeFigure(_ result: Result, data: String) throws(TrainingError) {
        let candidates = result.rows.compactMap { row in
            result.spreads[row.subject].flatMap { Figure2.Candidate(row, spread: $0) }
        }
        let foldOf = Dictionary(uniqueKeysWithValues: result.rows.map { ($0.subject, $0.fold ?? 0) })
        let network = "resnet\(settings.network.depth), \(settings.transfer.source.words)"
        let figure = try Figure2.draw(candidates, data: "\(data), \(modality.rawValue), \(network)") {
            candidate throws(TrainingError) in
            guard let subject = subjects.first(where: { $0.id == candidate.subject }) else { return nil }
            return try evaluation(ofFold: foldOf[candidate.subject] ?? 0).figureCase(candidate, of: subject)
        }
        try folder.write(figure, as: RunFolder.figureName)
    }

    private func evaluation(ofFold index: Int) throws(TrainingError) -> Evaluation {
        do {
            let member = try folder.fold(index).file(Self.memberName)
            return Evaluation(bundle: try ModelBundle.load(member, threads: threads), threads: threads)
        } catch {
            throw TrainingError(
                .unreadable, "A fold's member cannot be read; run the cross-validation again.",
                subject: "fold \(index + 1)", cause: error)
        }
    }

    private func summary(_ outcome: ModelOutcome, _ result: Result) -> String {
        var rows = [["fold", "epochs", "accuracy", "ROC-AUC", "sensitivity", "specificity", "Heat-Score", "brain"]]
        for (place, fold) in outcome.folds.enumerated() {
            let epochs = result.folds.indices.contains(place) ? "\(result.folds[place].epochs)" : FigureText.none
            rows.append([
                "\(fold.fold + 1)", epochs, FigureText.number(fold.accuracy), FigureText.number(fold.auc),
                FigureText.share(fold.sensitivity), FigureText.share(fold.specificity),
                FigureText.mean(fold.heat.whole), FigureText.mean(fold.heat.brain),
            ])
        }
        func spread(_ summary: FoldSummary?) -> String {
            guard let summary else { return FigureText.none }
            return "\(FigureText.number(summary.mean)) ± \(FigureText.number(summary.sampleSD))"
        }
        func baseline(_ name: String, _ baseline: ModelOutcome.Baseline?) -> [String] {
            [name, FigureText.number(baseline?.accuracy), FigureText.area(baseline?.auc)]
        }
        let network = "ResNet-\(outcome.depth), width \(settings.network.width)"
        let comparison = [
            ["", "accuracy (mean ± sample σ over folds)", "ROC-AUC"],
            [network, spread(outcome.accuracySummary), spread(outcome.aucSummary) + " over folds"],
            ["the same, scores of all folds together", FigureText.none, FigureText.area(outcome.auc)],
            baseline("protocol-only baseline", outcome.protocolBaseline),
            baseline("intensity baseline", outcome.intensityBaseline),
        ]
        return """
            # \(modality.rawValue), \(network), transfer: \(outcome.source.rawValue)

            \(outcome.note)

            \(FigureText.table(comparison))
            \(FigureText.table(rows))
            Threshold and temperature of each fold's member come from the fold's validation subjects; the threshold is
            \(settings.measuring.threshold.words).

            \(EvaluationSummary(result.rows, modality: modality).markdown)
            """
    }
}
