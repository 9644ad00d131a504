import Screening

/// Tables 1 and 2 and the p-values as the paper prints them (Lasagni and others, "Focal Cortical Dysplasia Type II Detection
/// Using Cross Modality Transfer Learning and Grad-CAM in 3D-CNNs for MRI Analysis").
package enum PaperTables {
    /// Both tables in their printed order.
    package static let rows: [ResultRow] = t1w + flair

    package static let notes = ["As printed in the paper, which does not say which standard deviation it means."]

    package static let t1w = [
        row(50, .none, .t1w, 0.685, 0.073, 0.750, 0.090, 2.297),
        row(50, .oneTask, .t1w, 0.766, 0.077, 0.854, 0.054, 2.815),
        row(50, .manyTasks, .t1w, 0.791, 0.049, 0.861, 0.063, 2.898),
        row(34, .none, .t1w, 0.722, 0.044, 0.780, 0.069, 1.703),
        row(34, .oneTask, .t1w, 0.735, 0.051, 0.849, 0.064, 1.795),
        row(34, .manyTasks, .t1w, 0.741, 0.038, 0.832, 0.039, 1.990),
        row(18, .none, .t1w, 0.698, 0.069, 0.820, 0.061, 1.118),
        row(18, .oneTask, .t1w, 0.741, 0.061, 0.805, 0.078, 1.634),
        row(18, .manyTasks, .t1w, 0.784, 0.059, 0.841, 0.057, 2.618),
    ]

    package static let flair = [
        row(50, .none, .flair, 0.729, 0.120, 0.771, 0.143, 1.545),
        row(50, .oneTask, .flair, 0.735, 0.086, 0.810, 0.148, 2.368),
        row(50, .manyTasks, .flair, 0.803, 0.070, 0.817, 0.121, 2.940),
        row(34, .none, .flair, 0.784, 0.086, 0.819, 0.131, 1.691),
        row(34, .oneTask, .flair, 0.778, 0.094, 0.832, 0.094, 2.117),
        row(34, .manyTasks, .flair, 0.778, 0.086, 0.821, 0.113, 2.212),
        row(18, .none, .flair, 0.784, 0.104, 0.862, 0.103, 1.491),
        row(18, .oneTask, .flair, 0.760, 0.087, 0.811, 0.081, 1.870),
        row(18, .manyTasks, .flair, 0.803, 0.062, 0.864, 0.063, 2.405),
    ]

    /// The p-value that the paper's text gives to a comparison, and its decimals.
    package static func printedP(_ measure: TransferTest.Measure, _ comparison: TransferTest.Comparison) -> Double? {
        switch (measure, comparison) {
        case (.accuracy, .oneVersusNone): 0.275
        case (.accuracy, .manyVersusNone): 0.007
        case (.heatScore, .oneVersusNone): 0.042
        case (.heatScore, .manyVersusNone): 0.002
        default: nil
        }
    }

    private static func row(
        _ depth: Int, _ source: TrainingProtocol.Transfer.Source, _ modality: Modality, _ accuracy: Double,
        _ accuracySD: Double, _ auc: Double, _ aucSD: Double, _ heatScore: Double
    ) -> ResultRow {
        ResultRow(
            depth: depth, source: source, modality: modality, accuracy: accuracy, accuracySD: accuracySD, auc: auc,
            aucSD: aucSD, heatScore: heatScore)
    }
}
