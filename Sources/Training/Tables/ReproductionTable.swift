import Foundation
package import Screening

/// Tables 1 and 2 in the paper's layout.
package enum ReproductionTable {
    /// Table 1 is T1w, Table 2 FLAIR; the rows of another modality are left out. The best of a column is set bold, as in the
    /// paper.
    ///
    /// - Parameters:
    ///   - data: named in the caption: "the simulated cohort".
    ///   - notes: what stands below; how the columns were measured by default.
    package static func table(
        _ rows: [ResultRow], modality: Modality, data: String = "", notes: [String] = measured
    ) -> ResultTable {
        let rows = rows.filter { $0.modality == modality }.sorted(by: ResultRow.isBefore)
        func best(_ value: (ResultRow) -> Double?) -> Double? { rows.count > 1 ? rows.compactMap(value).max() : nil }
        let (accuracy, auc, heat) = (best(\.accuracy), best(\.auc), best(\.heatScore))
        func cell(_ value: Double?, _ text: String, _ best: Double?) -> ResultTable.Cell {
            ResultTable.Cell(text, isBest: value != nil && best != nil && fixed(value) == fixed(best))
        }
        func cells(_ row: ResultRow) -> [ResultTable.Cell] {
            [
                ResultTable.Cell("resnet\(row.depth)"), ResultTable.Cell(row.source.tableName),
                ResultTable.Cell(modality == .t1w ? "t1" : "flair"),
                cell(row.accuracy, spread(row.accuracy, row.accuracySD), accuracy),
                cell(row.auc, spread(row.auc, row.aucSD), auc), cell(row.heatScore, fixed(row.heatScore), heat),
            ]
        }
        let depths = Set(rows.map(\.depth)).sorted(by: >)
        return ResultTable(
            label: label(modality),
            caption: "Performance results of different models with and without transfer learning for "
                + "\(modality.rawValue) images\(data.isEmpty ? "" : " of \(data)"). The results refer to the test set.",
            columns: [
                .init("Model", isNumber: false), .init("TL", isNumber: false), .init("Modality", isNumber: false),
                .init("Accuracy (± std)"), .init("ROC (± std)"), .init("Heat-Score"),
            ],
            groups: depths.map { depth in rows.filter { $0.depth == depth }.map(cells) },
            notes: notes)
    }

    /// How our own columns were measured.
    package static let measured = [
        "std: sample standard deviation over the test folds (divided by n − 1). ROC: area under the curve by mid-ranks. "
            + "Heat-Score: mean over the scored patients, map with ReLU, all other voxels as background."
    ]

    package static func label(_ modality: Modality) -> String { modality == .t1w ? "Table 1" : "Table 2" }

    static let missing = "–"

    static func fixed(_ value: Double?, _ digits: Int = 3) -> String {
        guard let value, value.isFinite else { return missing }
        let text = String(format: "%.\(digits)f", abs(value))
        return (value < 0 && text.contains { $0 != "0" && $0 != "." } ? "−" : "") + text
    }

    private static func spread(_ mean: Double?, _ sd: Double?) -> String {
        mean == nil ? missing : "\(fixed(mean)) ± \(fixed(sd))"
    }
}
