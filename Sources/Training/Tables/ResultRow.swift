import Foundation
package import Screening

/// One row of the paper's tables: a network, how it was started, and its three results.
package struct ResultRow: Sendable, Codable, Hashable {
    package var depth: Int
    package var source: TrainingProtocol.Transfer.Source
    package var modality: Modality
    /// Means over folds; nil where nothing was measured.
    package var accuracy: Double?
    package var accuracySD: Double?
    package var auc: Double?
    package var aucSD: Double?
    /// Of the map with ReLU against all other voxels.
    package var heatScore: Double?
    /// By fold, where they are known.
    package var foldAccuracies: [Int: Double] = [:]
    package var foldAUCs: [Int: Double] = [:]
    package var foldHeatScores: [Int: Double] = [:]

    package init(
        depth: Int, source: TrainingProtocol.Transfer.Source, modality: Modality, accuracy: Double?,
        accuracySD: Double?, auc: Double?, aucSD: Double?, heatScore: Double?
    ) {
        self.depth = depth
        self.source = source
        self.modality = modality
        self.accuracy = accuracy
        self.accuracySD = accuracySD
        self.auc = auc
        self.aucSD = aucSD
        self.heatScore = heatScore
    }

    /// Standard deviations are the sample's.
    package init(_ outcome: ModelOutcome) {
        let (accuracy, auc) = (outcome.accuracySummary, outcome.aucSummary)
        self.init(
            depth: outcome.depth, source: outcome.source, modality: outcome.modality, accuracy: accuracy?.mean,
            accuracySD: accuracy?.sampleSD, auc: auc?.mean, aucSD: auc?.sampleSD, heatScore: outcome.heat.whole.value)
        for fold in outcome.folds {
            foldAccuracies[fold.fold] = fold.accuracy
            foldAUCs[fold.fold] = fold.auc
            foldHeatScores[fold.fold] = fold.heat.whole.value
        }
    }

    /// The order of the paper's tables: T1w before FLAIR, the deepest network first, from no transfer to 23 tasks.
    package static func isBefore(_ a: ResultRow, _ b: ResultRow) -> Bool { a.place.lexicographicallyPrecedes(b.place) }

    private var place: [Int] {
        [
            Modality.allCases.firstIndex(of: modality) ?? 0, -depth,
            TrainingProtocol.Transfer.Source.allCases.firstIndex(of: source) ?? 0,
        ]
    }
}

extension TrainingProtocol.Transfer.Source {
    /// As the paper's column TL has it.
    package var tableName: String {
        switch self {
        case .none: "no"
        case .oneTask: "1"
        case .manyTasks: "23"
        case .dysplasia: "dysplasia"
        }
    }

    /// In words.
    package var words: String {
        switch self {
        case .none: "none"
        case .oneTask: "1 task"
        case .manyTasks: "23 tasks"
        case .dysplasia: "outlining dysplasias"
        }
    }
}
