import Screening

extension ScanRow {
    /// Name of the file in a run folder.
    package static let fileName = "scans.csv"

    /// The table of `scans.csv`; numbers are written so that reading gives the same bits, and what is not there is empty.
    package static func table(_ rows: [ScanRow]) -> CSVTable {
        CSVTable(header: columns, rows: rows.map(\.fields))
    }

    /// - Throws: `dataSetInvalid` for a missing column or a value that is none.
    package static func rows(of table: CSVTable) throws(TrainingError) -> [ScanRow] {
        var places: [String: Int] = [:]
        for name in columns { places[name] = try table.column(name) }
        var result: [ScanRow] = []
        for (index, row) in table.rows.enumerated() {
            result.append(try ScanRow(Fields(row: row, places: places, number: index + 1)))
        }
        return result
    }

    private static let heats: [(prefix: String, path: any WritableKeyPath<ScanRow, HeatScore?> & Sendable)] = [
        ("heat", \.heatScore), ("signed", \.heatScoreSigned), ("image", \.heatScoreOfImage),
        ("other_mask", \.heatScoreOfOtherMask),
    ]
    private static let parts = ["whole", "brain", "mask_voxels", "cropped_mask_voxels"]
    private static let columns: [String] =
        [
            "subject", "group", "modality", "acquisition", "fold", "score", "member_scores", "threshold", "flagged",
        ] + heats.flatMap { heat in parts.map { "\(heat.prefix)_\($0)" } }
        + ["peak_distance_mm", "severity", "lesion_ml", "refusal"]

    private var fields: [String] {
        func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
        var result = [
            subject, group.rawValue, modality.rawValue, acquisition, fold.map { "\($0)" } ?? "", "\(score)",
            memberScores.map { "\($0)" }.joined(separator: ";"), "\(threshold)",
            refusal == nil ? (isFlagged ? "1" : "0") : "",
        ]
        for heat in Self.heats {
            let score = self[keyPath: heat.path]
            result += [
                text(score?.whole), text(score?.brain), score.map { "\($0.maskVoxels)" } ?? "",
                score.map { "\($0.croppedMaskVoxels)" } ?? "",
            ]
        }
        return result + [text(peakDistanceMM), text(severity), text(lesionMillilitres), refusal ?? ""]
    }

    private init(_ fields: Fields) throws(TrainingError) {
        guard let group = Subject.Group(rawValue: fields["group"]) else { throw fields.invalid("group") }
        guard let modality = Modality(rawValue: fields["modality"]) else { throw fields.invalid("modality") }
        var members: [Double] = []
        for text in fields["member_scores"].split(separator: ";") {
            guard let score = Double(text) else { throw fields.invalid("member_scores") }
            members.append(score)
        }
        guard let score = try fields.number("score"), let threshold = try fields.number("threshold") else {
            throw fields.invalid("score")
        }
        self.init(
            subject: fields["subject"], group: group, modality: modality, acquisition: fields["acquisition"],
            fold: try fields.whole("fold"), score: score, memberScores: members, threshold: threshold)
        for heat in Self.heats {
            guard let voxels = try fields.whole("\(heat.prefix)_mask_voxels") else { continue }
            self[keyPath: heat.path] = HeatScore(
                whole: try fields.number("\(heat.prefix)_whole"), brain: try fields.number("\(heat.prefix)_brain"),
                maskVoxels: voxels, croppedMaskVoxels: try fields.whole("\(heat.prefix)_cropped_mask_voxels") ?? 0)
        }
        peakDistanceMM = try fields.number("peak_distance_mm")
        severity = try fields.number("severity")
        lesionMillilitres = try fields.number("lesion_ml")
        refusal = fields["refusal"].isEmpty ? nil : fields["refusal"]
    }
}

/// One line of the table by the names of its columns.
private struct Fields {
    var row: [String]
    var places: [String: Int]
    var number: Int

    subscript(name: String) -> String { places[name].map { row[$0] } ?? "" }

    func invalid(_ name: String) -> TrainingError {
        TrainingError(.dataSetInvalid, "Row \(number) of the scans' table has no valid \(name); evaluate again.")
    }

    func number(_ name: String) throws(TrainingError) -> Double? {
        if self[name].isEmpty { return nil }
        guard let value = Double(self[name]) else { throw invalid(name) }
        return value
    }

    func whole(_ name: String) throws(TrainingError) -> Int? {
        if self[name].isEmpty { return nil }
        guard let value = Int(self[name]) else { throw invalid(name) }
        return value
    }
}
