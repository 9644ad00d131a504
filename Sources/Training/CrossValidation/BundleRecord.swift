/// What was measured with a bundle on subjects that none of its members saw: kept beside it, for the model card. It
/// names nobody; `MeasuredRows` does, in the run's folder.
package struct BundleRecord: Sendable, Codable {
    package var bundle: String
    /// SHA-256 of the bundle's `model.json`.
    package var sha256: String
    /// What the members started from; nil for random weights.
    package var encoder: String?
    package var calibratedOn: String
    package var thresholdRule: ThresholdRule
    /// Nil where nothing but the folds' validation subjects was there.
    package var measuredOn: String?
    /// Of that data set, `DatasetContent.fingerprint`.
    package var dataSHA256: String?
    /// True where the threshold was chosen on the same subjects.
    package var isChosenOnTheSame: Bool
    /// Nil where nothing was measured.
    package var summary: EvaluationSummary?
}

/// What a bundle said of each scan that it was measured on, in the folder of the run that made it.
package struct MeasuredRows: Sendable, Codable {
    /// SHA-256 of the bundle's `model.json`.
    package var sha256: String
    package var rows: [ScanRow]

    /// The rows of a bundle, from the run's folder or from those beside it, as where each modality has a run of its
    /// own.
    ///
    /// - Returns: nil where none of them has any of this bundle.
    /// - Throws: `RUN_MISMATCH` for a damaged file.
    static func find(_ name: String, of record: BundleRecord, from run: RunFolder) throws(TrainingError) -> [ScanRow]? {
        for folder in [run] + run.neighbours {
            guard let kept = try folder.read(MeasuredRows.self, from: name), kept.sha256 == record.sha256 else {
                continue
            }
            return kept.rows
        }
        return nil
    }
}
