import ConvNet
import Foundation
import Imaging
package import Screening

/// Writes `profile.json` and `MODELCARD.md` for the bundles of one name and version that lie in a folder.
package struct ProfileMaker {
    package static let cardName = "MODELCARD.md"
    package let request: BundleRequest

    package init(request: BundleRequest) { self.request = request }

    /// Takes in every modality whose bundle and record are there. The study-level operating point is measured on subjects
    /// that every bundle of the profile was measured on.
    @discardableResult
    package func make() throws(TrainingError) -> Profile {
        let place = RunFolder(request.folder)
        var profile = Profile(name: request.name, bundles: [:])
        var found: [(manifest: ModelManifest, record: BundleRecord)] = []
        for modality in Modality.allCases {
            guard let record = try place.read(BundleRecord.self, from: request.recordName(modality)),
                let manifest = try place.read(
                    ModelManifest.self, from: request.folderName(modality) + "/" + ModelManifest.fileName)
            else { continue }
            profile.bundles[modality] = request.folderName(modality)
            found.append((manifest, record))
        }
        let study = Self.study(found.map(\.record))
        if let study, let words = found.first?.record.measuredOn {
            let note =
                found.contains { $0.record.isChosenOnTheSame }
                ? "; thresholds were chosen on the same subjects" : ""
            profile.operatingPoint = study.operatingPoint(data: words + note)
        }
        try place.write(json: profile, as: Profile.fileName)
        try place.write(card(found, study), as: Self.cardName)
        return profile
    }

    /// Nil where the bundles were measured on different subjects, or on none.
    private static func study(_ records: [BundleRecord]) -> StudySummary? {
        guard let first = records.first, !first.rows.isEmpty,
            records.allSatisfy({ $0.measuredOn == first.measuredOn && !$0.rows.isEmpty })
        else { return nil }
        return StudySummary(records.flatMap(\.rows))
    }

    private func card(
        _ found: [(manifest: ModelManifest, record: BundleRecord)], _ study: StudySummary?
    ) -> String {
        var lines = ["# Model card: \(request.name) \(request.version)", ""]
        if let first = found.first?.manifest {
            lines += [
                "Ensembles of 3D residual networks that score brain MR images for signs of focal cortical dysplasia type II.",
                "Status: \(first.status.rawValue). Research use only; no medical device.", "",
                "## Limits", "",
            ]
            lines += first.limits.map { "- \($0)" } + [""]
        }
        if let study { lines += [study.markdown] }
        for (manifest, record) in found {
            lines += Self.section(manifest, record)
            if !record.rows.isEmpty {
                lines.append(EvaluationSummary(record.rows, modality: manifest.modality).markdown)
            }
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
            "- Training: \(manifest.training.method)",
            "- Data: \(manifest.training.data) (\(manifest.training.subjects) subjects, seed "
                + "\(manifest.training.seed.map { "\($0)" } ?? FigureText.none)).",
            "- Calibrated on: \(record.calibratedOn). Temperature \(FigureText.number(manifest.calibration.temperature)), "
                + "threshold \(FigureText.number(manifest.threshold)).",
            "- Measured on: \(record.measuredOn ?? "nobody but the folds' validation subjects").",
            "- SHA-256 of model.json: `\(record.sha256)`", "",
        ]
    }
}
