import Screening

extension EvaluationSummary {
    /// Folds that baselines are cross-validated over.
    private static let baselineFolds = 5

    /// Measures on the same scans what needs no lesion: the acquisition alone, and global intensities. Both are
    /// cross-validated on these scans themselves, pairs in one fold: how far the set gives its groups away.
    ///
    /// - Parameters:
    ///   - scored: with features; scans without a score are left out.
    ///   - seed: of the folds.
    package mutating func measureBaselines(
        _ scored: [Evaluation.Scored], of subjects: [Subject], seed: UInt64
    ) {
        let known = Dictionary(subjects.map { ($0.id, $0) }) { first, _ in first }
        let scans = scored.filter {
            $0.row.modality == modality && $0.row.refusal == nil && $0.features != nil && known[$0.row.subject] != nil
        }
        let people = scans.compactMap { known[$0.row.subject] }
        let labels = people.map { $0.group == .fcd }
        guard Set(labels).count == 2 else { return }
        let folds = StratifiedFolds.assign(
            labels: labels, count: Self.baselineFolds, seed: seed, pairs: people.map(\.kin))
        let plan = FoldPlan(
            seed: seed,
            folds: (0..<Self.baselineFolds).map { fold in
                let test = people.indices.filter { folds[$0] == fold }.map { people[$0].id }
                let train = people.indices.filter { folds[$0] != fold }.map { people[$0].id }
                return FoldPlan.Fold(train: train, validation: [], test: test)
            })
        protocolBaseline = ModelOutcome.Baseline(
            rows: scans.map(\.row), scores: ProtocolBaseline.scores(subjects: people, modality: modality, plan: plan))
        intensityBaseline = IntensityBaseline.measure(
            features: scans.compactMap(\.features), labels: labels, foldOf: folds)
    }
}
