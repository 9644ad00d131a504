import ConvNet
import Foundation
import Imaging
package import Screening

/// Writes `profile.json` and `MODELCARD.md` for the bundles of one name and version that lie in a folder.
package struct ProfileMaker {
    package static let cardName = "MODELCARD.md"
    package let request: BundleRequest
    private let report: (String) -> Void

    private struct Entry {
        var modality: Modality
        var manifest: ModelManifest
        var record: BundleRecord
    }

    package init(request: BundleRequest, report: @escaping (String) -> Void = { _ in }) {
        self.request = request
        self.report = report
    }

    /// Takes in every modality whose bundle and record are there. The study-level operating point is measured on the
    /// one data set that every bundle of the profile was measured on; where there is none, the card says why.
    @discardableResult
    package func make() throws(TrainingError) -> Profile {
        let place = RunFolder(request.folder)
        var profile = Profile(name: request.name, bundles: [:])
        var found: [Entry] = []
        for modality in Modality.allCases {
            guard let record = try place.read(BundleRecord.self, from: request.recordName(modality)),
                let manifest = try place.read(
                    ModelManifest.self, from: request.folderName(modality) + "/" + ModelManifest.fileName)
            else { continue }
            profile.bundles[modality] = request.folderName(modality)
            found.append(Entry(modality: modality, manifest: manifest, record: record))
        }
        let (study, gap) = try study(found)
        if let gap { report(gap) }
        if let study, let words = found.first?.record.measuredOn {
            let note =
                found.contains { $0.record.isChosenOnTheSame }
                ? "; thresholds were chosen on the same subjects" : ""
            profile.operatingPoint = study.operatingPoint(data: words + note)
        }
        try place.write(json: profile, as: Profile.fileName)
        try place.write(card(found, study, gap), as: Self.cardName)
        return profile
    }

    /// The figures of whole studies, or why there are none. Both are nil where nothing was measured.
    private func study(
        _ found: [Entry]
    ) throws(TrainingError) -> (summary: StudySummary?, gap: String?) {
        let data = Set(found.map(\.record.dataSHA256))
        if found.allSatisfy({ $0.record.measuredOn == nil }) { return (nil, nil) }
        guard found.count == 1 || (data.count == 1 && data.first != .some(nil)) else {
            return (nil, Self.gap + "the modalities were not measured on one data set. Measure both on the same.")
        }
        var rows: [ScanRow] = []
        for entry in found {
            guard
                let kept = try MeasuredRows.find(
                    request.rowsName(entry.modality), of: entry.record, from: RunFolder(request.runFolder)),
                !kept.isEmpty
            else {
                return (
                    nil,
                    Self.gap
                        + "the rows of \(entry.modality.rawValue) are not at hand. Put the runs of both modalities "
                        + "into one folder."
                )
            }
            rows += kept
        }
        return (StudySummary(rows), nil)
    }

    private static let gap = "Nothing is said of whole studies: "

    private func card(
        _ found: [Entry], _ study: StudySummary?, _ gap: String?
    ) -> String {
        var lines = ["# Model card: \(request.name) \(request.version)", ""]
        if let first = found.first?.manifest {
            lines += [
                "Ensembles of 3D residual networks that score brain MR images for signs of focal cortical dysplasia type II.",
                "Status: \(first.status.rawValue). Research use only; no medical device.", "",
                "## Limits", "",
            ]
            var limits: [String] = []
            for limit in found.flatMap(\.manifest.limits) where !limits.contains(limit) { limits.append(limit) }
            lines += limits.map { "- \($0)" } + [""]
        }
        if let study { lines += [study.markdown] }
        if let gap { lines += ["## Whole studies", "", gap, ""] }
        for entry in found {
            lines += Self.section(entry.manifest, entry.record)
            if let summary = entry.record.summary { lines.append(summary.markdown) }
        }
        return lines.joined(separator: "\n")
    }

    private static func section(_ manifest: ModelManifest, _ record: BundleRecord) -> [String] {
        let plan = manifest.preprocessing
        let shape = "\(plan.shape.x) × \(plan.shape.y) × \(plan.shape.z)"
        return [
            "# \(record.bundle)", "",
            "- Network: ResNet-\(manifest.architecture.depth), width \(manifest.architecture.width), "
                + "\(manifest.members.count) members.",
            "- Input: \(manifest.modality.rawValue), \(manifest.input.rawValue), \(shape) voxels of "
                + "\(BundleWords.number(plan.spacingMM)) mm, z-score over \(plan.foreground.rawValue).",
            "- Map: Grad-CAM of \(manifest.heatStage.rawValue).",
            "- Training: \(manifest.training.method)",
            "- Encoder: \(record.encoder ?? "none; from random weights.")",
            "- Data: \(manifest.training.data) (\(manifest.training.subjects) subjects, seed "
                + "\(manifest.training.seed.map { "\($0)" } ?? FigureText.none)).",
            "- Calibrated on: \(record.calibratedOn). Temperature \(FigureText.number(manifest.calibration.temperature)), "
                + "threshold \(FigureText.number(manifest.threshold)), \(record.thresholdRule.words).",
            "- Measured on: \(record.measuredOn ?? "nobody but the folds' validation subjects").",
            "- SHA-256 of model.json: `\(record.sha256)`", "",
        ]
    }
}
