/// One paired t-test of the paper's question: does a start from other tasks change a result?
///
/// A pair is one modality and architecture, measured with both starts.
package struct TransferTest: Sendable, Codable, Hashable {
    package enum Measure: String, Sendable, Codable, CaseIterable {
        case accuracy
        case heatScore = "heat_score"
        case roc

        package var words: String {
            switch self {
            case .accuracy: "Accuracy"
            case .heatScore: "Heat-Score"
            case .roc: "ROC-AUC"
            }
        }
    }

    package enum Comparison: String, Sendable, Codable, CaseIterable {
        case oneVersusNone = "1_vs_none"
        case manyVersusNone = "23_vs_none"
        case manyVersusOne = "23_vs_1"
        /// No part of the paper; made where a model started from outlining dysplasias.
        case dysplasiaVersusNone = "dysplasia_vs_none"

        var sources: (TrainingProtocol.Transfer.Source, minus: TrainingProtocol.Transfer.Source) {
            switch self {
            case .oneVersusNone: (.oneTask, .none)
            case .manyVersusNone: (.manyTasks, .none)
            case .manyVersusOne: (.manyTasks, .oneTask)
            case .dysplasiaVersusNone: (.dysplasia, .none)
            }
        }

        package var words: String {
            switch self {
            case .oneVersusNone: "1 task vs none"
            case .manyVersusNone: "23 tasks vs none"
            case .manyVersusOne: "23 tasks vs 1"
            case .dysplasiaVersusNone: "dysplasias vs none"
            }
        }
    }

    /// What is paired.
    package enum Pairing: String, Sendable, Codable {
        /// Modality and architecture, as in the paper.
        case models
        /// Modality, architecture and fold. Folds share training subjects, so that its p is smaller than it should be.
        case folds
    }

    package var measure: Measure
    package var comparison: Comparison
    package var pairing: Pairing
    /// The pairs found, whether a test could be made of them or not.
    package var pairs: Int
    /// Nil for fewer than two pairs.
    package var test: PairedTTest?

    /// All comparisons of all measures.
    package static func all(_ rows: [ResultRow], pairing: Pairing = .models) -> [TransferTest] {
        let isWider = rows.contains { $0.source == .dysplasia }
        let comparisons = Comparison.allCases.filter { isWider || $0 != .dysplasiaVersusNone }
        return Measure.allCases.flatMap { measure in
            comparisons.map { TransferTest(rows, measure, $0, pairing: pairing) }
        }
    }

    package init(_ rows: [ResultRow], _ measure: Measure, _ comparison: Comparison, pairing: Pairing = .models) {
        self.measure = measure
        self.comparison = comparison
        self.pairing = pairing
        let wanted = comparison.sources
        var first: [Double] = []
        var second: [Double] = []
        for row in rows.sorted(by: ResultRow.isBefore) where row.source == wanted.0 {
            guard
                let other = rows.first(where: {
                    $0.source == wanted.minus && $0.depth == row.depth && $0.modality == row.modality
                })
            else { continue }
            for (a, b) in Self.pairs(row, other, measure, pairing) {
                first.append(a)
                second.append(b)
            }
        }
        pairs = first.count
        test = PairedTTest(first, minus: second)
    }

    private static func pairs(
        _ a: ResultRow, _ b: ResultRow, _ measure: Measure, _ pairing: Pairing
    ) -> [(Double, Double)] {
        switch pairing {
        case .models:
            guard let first = value(a, measure), let second = value(b, measure) else { return [] }
            return [(first, second)]
        case .folds:
            let (first, second) = (folds(a, measure), folds(b, measure))
            return first.keys.sorted().compactMap { fold in
                guard let x = first[fold], let y = second[fold] else { return nil }
                return (x, y)
            }
        }
    }

    private static func value(_ row: ResultRow, _ measure: Measure) -> Double? {
        switch measure {
        case .accuracy: row.accuracy
        case .heatScore: row.heatScore
        case .roc: row.auc
        }
    }

    private static func folds(_ row: ResultRow, _ measure: Measure) -> [Int: Double] {
        switch measure {
        case .accuracy: row.foldAccuracies
        case .heatScore: row.foldHeatScores
        case .roc: row.foldAUCs
        }
    }
}
