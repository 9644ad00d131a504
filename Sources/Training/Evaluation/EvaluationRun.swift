package import Screening

/// `fcdwatch evaluate`: bundles against a data set.
package struct EvaluationRun {
    package static let reportName = "summary.json"

    package var data: String
    package var bundles: [ModelBundle]
    package var output: String
    package var threads: Int
    package var asksGate = false
    package var drawsFigure = false
    package var seed: UInt64 = 1

    /// What `summary.json` holds.
    package struct Report: Sendable, Codable {
        package struct Model: Sendable, Codable {
            package var name: String
            package var version: String
            /// Of `model.json`.
            package var sha256: String
        }

        package var data: String
        package var models: [Model]
        package var modalities: [EvaluationSummary]
        /// By the service's verdict rule, over all bundles together.
        package var study: StudySummary
    }

    package init(data: String, bundles: [ModelBundle], output: String, threads: Int) {
        self.data = data
        self.bundles = bundles
        self.output = output
        self.threads = threads
    }

    package func run(report: @escaping (String) -> Void = { _ in }) throws(TrainingError) -> Report {
        let dataset = try Dataset.load(root: data)
        report(dataset.summary)
        let place = RunFolder(output)
        try place.make()
        var rows: [ScanRow] = []
        var summaries: [EvaluationSummary] = []
        var figures: [String: String] = [:]
        for bundle in bundles {
            let evaluation = Evaluation(
                bundle: bundle, threads: threads, seed: seed, asksGate: asksGate, takesFeatures: true)
            let scored = try evaluation.scored(dataset.subjects, report: report)
            rows += scored.map(\.row)
            var summary = EvaluationSummary(scored.map(\.row), modality: bundle.manifest.modality)
            summary.measureBaselines(scored, of: dataset.subjects, seed: seed)
            summaries.append(summary)
            if drawsFigure {
                let name = "figure2-\(bundle.manifest.modality.rawValue.lowercased()).svg"
                figures[name] = try figure(scored, dataset, evaluation)
            }
        }
        let result = Report(
            data: DataWords.name(of: data),
            models: bundles.map {
                Report.Model(name: $0.manifest.name, version: $0.manifest.version, sha256: $0.sha256)
            },
            modalities: summaries, study: StudySummary(rows))
        try place.write(ScanRow.table(rows).text, as: ScanRow.fileName)
        try place.write(json: result, as: Self.reportName)
        try place.write(Self.markdown(result), as: RunFolder.summaryName)
        for (name, figure) in figures { try place.write(figure, as: name) }
        return result
    }

    private static func markdown(_ report: Report) -> String {
        let models = report.models.map { "- \($0.name) \($0.version), model.json `\($0.sha256)`" }
        return
            (["# Evaluation on: \(report.data)", ""] + models + ["", report.study.markdown]
            + report.modalities.map(\.markdown)).joined(separator: "\n")
    }

    /// Four patients rightly flagged, chosen by `Figure2`'s rules.
    private func figure(
        _ scored: [Evaluation.Scored], _ dataset: Dataset, _ evaluation: Evaluation
    ) throws(TrainingError) -> String {
        let candidates = scored.compactMap { scan in
            scan.spread.flatMap { Figure2.Candidate(scan.row, spread: $0) }
        }
        let manifest = evaluation.bundle.manifest
        let words = "\(DataWords.name(of: data)), \(manifest.modality.rawValue), \(manifest.name)"
        return try Figure2.draw(candidates, data: words) { candidate throws(TrainingError) in
            guard let subject = dataset.subjects.first(where: { $0.id == candidate.subject }) else { return nil }
            return try evaluation.figureCase(candidate, of: subject)
        }
    }
}
