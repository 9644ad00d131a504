import Foundation
import Imaging
package import Screening

/// Scores the scans of a data set with a bundle through the service's own code, and holds its maps against the masks.
///
/// Everything is measured on the prepared grid, the grid that the network sees: the map is placed there with its cells at the
/// centres of their receptive fields, and masks, drawn on any grid, are brought there by world position, nearest neighbour.
/// What a mask loses at the crop's border is counted. The brain is the data set's brain mask, or in a stripped scan what the
/// plan normalised over.
package struct Evaluation: Sendable {
    /// A row, and what the members said before calibration.
    package struct Scored: Sendable {
        package var row: ScanRow
        /// (control, FCD) of each member; empty where the scan was refused.
        package var logits: [[Double]]
        /// For `IntensityBaseline`; nil where not asked for, or where the scan was refused.
        package var features: [Double]?
        /// `Figure2.spread` of the map; nil for controls and where the scan was refused.
        package var spread: Double?

        package init(row: ScanRow, logits: [[Double]], features: [Double]? = nil, spread: Double? = nil) {
            self.row = row
            self.logits = logits
            self.features = features
            self.spread = spread
        }
    }

    /// Code of a scan of whose head or brain the crop leaves out more than the plan allows; the service's own.
    package static let outsideCrop = "HEAD_OUTSIDE_CROP"
    /// Code of a subject without a scan of the bundle's modality.
    package static let missing = "MODALITY_MISSING"

    package var bundle: ModelBundle
    package var threads: Int
    /// For the choice of the other subjects whose masks are the baseline.
    package var seed: UInt64
    /// Also asks the service's gate whether the image is fit to be scored. Simulated heads and scans of other protocols than
    /// the gate's limits were set on are measured without.
    package var asksGate: Bool
    /// Also takes the features of `IntensityBaseline` from the prepared scans.
    package var takesFeatures: Bool

    package init(
        bundle: ModelBundle, threads: Int, seed: UInt64 = 1, asksGate: Bool = false, takesFeatures: Bool = false
    ) {
        self.bundle = bundle
        self.threads = threads
        self.seed = seed
        self.asksGate = asksGate
        self.takesFeatures = takesFeatures
    }

    /// One row per subject that has a scan of the bundle's modality, in the subjects' order.
    ///
    /// - Parameters:
    ///   - fold: noted in the rows: the fold whose member the bundle holds; nil for an ensemble.
    ///   - report: told a plain line now and then.
    package static func rows(
        of subjects: [Subject], with bundle: ModelBundle, fold: Int?, threads: Int, seed: UInt64 = 1,
        report: (String) -> Void = { _ in }
    ) throws(TrainingError) -> [ScanRow] {
        try Evaluation(bundle: bundle, threads: threads, seed: seed).scored(subjects, fold: fold, report: report)
            .map(\.row)
    }

    /// As `rows`, with logits.
    package func scored(
        _ subjects: [Subject], fold: Int? = nil, report: (String) -> Void = { _ in }
    ) throws(TrainingError) -> [Scored] {
        let modality = bundle.manifest.modality
        let present = subjects.filter { $0.scans[modality] != nil }
        var done: [ScoredScan] = []
        // Scans are read and prepared side by side; the network takes all threads for one of them.
        for start in stride(from: 0, to: present.count, by: max(threads, 1)) {
            let part = Array(present[start..<min(start + max(threads, 1), present.count)])
            let inputs = Parallel.map(part.count, threads: threads) { prepared(part[$0]) }
            for (subject, input) in zip(part, inputs) {
                done.append(try score(subject, input, fold: fold))
            }
            report("scored \(done.count) of \(present.count) \(modality.rawValue) scans")
        }
        let others = OtherMasks.choose(done.map { $0.maskVoxels != nil }, seed: seed)
        return done.indices.map { index in
            var scan = done[index]
            if let other = others[index], let mask = done[other].maskVoxels { scan.measure(otherMask: mask) }
            return Scored(row: scan.row, logits: scan.logits, features: scan.features, spread: scan.spread)
        }
    }

    /// What reading and preparing one scan came to.
    private enum Input {
        case prepared(PreparedVolume, scan: VoxelGrid, features: [Double]?)
        case refused(String)
    }

    private func prepared(_ subject: Subject) -> Input {
        guard let scan = subject.scans[bundle.manifest.modality] else { return .refused(Self.missing) }
        do {
            let volume = try NIfTIFile.read(scan.image).volume
            if asksGate {
                let contrast: ExpectedContrast = bundle.manifest.modality == .t1w ? .t1w : .flair
                let check = ScanCheck.examine(volume, as: contrast, limits: .standard)
                if let reason = check.reasons.first ?? check.head.mismatch(with: bundle.manifest.input) {
                    return .refused(reason.code)
                }
            }
            let prepared = try bundle.manifest.preprocessing.prepare(volume, input: bundle.manifest.input)
            if prepared.quality.contains(where: { $0.judgement == .fail }) { return .refused(Self.outsideCrop) }
            let features = takesFeatures ? IntensityBaseline.features(of: prepared.volume) : nil
            return .prepared(prepared, scan: volume.grid, features: features)
        } catch {
            return .refused(error.code.rawValue)
        }
    }

    private func score(_ subject: Subject, _ input: Input, fold: Int?) throws(TrainingError) -> ScoredScan {
        let modality = bundle.manifest.modality
        var row = ScanRow(
            subject: subject.id, group: subject.group, modality: modality,
            acquisition: subject.scans[modality]?.acquisition ?? "", fold: fold, score: 0, memberScores: [],
            threshold: bundle.manifest.threshold)
        row.severity = subject.severity
        row.lesionMillilitres = subject.lesionMillilitres
        guard case .prepared(let prepared, let grid, let features) = input else {
            if case .refused(let code) = input { row.refusal = code }
            return ScoredScan(row: row)
        }
        let found: EnsembleResult
        do {
            found = try Ensemble.score(prepared, with: bundle, threads: threads)
        } catch {
            if Self.isAboutTheImage(error.code) {
                row.refusal = error.code.rawValue
                return ScoredScan(row: row)
            }
            throw TrainingError(.unreadable, error.message, subject: subject.id, cause: error)
        }
        row.score = found.score.mean
        row.memberScores = found.score.members.map(\.score)
        var scan = ScoredScan(row: row, logits: found.score.members.map(\.logits))
        scan.features = features
        try scan.measure(found, prepared, scan: grid, subject, input: bundle.manifest)
        return scan
    }

    /// The images of one of `Figure2`'s cases, on the prepared grid; nil where the scan has no mask or no score.
    package func figureCase(
        _ candidate: Figure2.Candidate, of subject: Subject
    ) throws(TrainingError) -> Figure2.Case? {
        guard case .prepared(let prepared, _, _) = prepared(subject),
            let path = subject.scans[bundle.manifest.modality]?.mask
        else { return nil }
        do {
            let found = try Ensemble.score(prepared, with: bundle, threads: threads)
            let mask = try NIfTIFile.read(path).volume.resampled(onto: prepared.volume.grid, .nearest)
            let heat = Heatmap.onScan(found.meanMap.rectified.volume, scan: prepared.volume.grid)
            return Figure2.Case(candidate: candidate, scan: prepared.volume, heat: heat, mask: mask)
        } catch {
            throw TrainingError(
                .unreadable, "A case of the figure cannot be drawn: \(error)", subject: subject.id, cause: error)
        }
    }

    private static func isAboutTheImage(_ code: ScreeningError.Code) -> Bool {
        code == .inputNotFinite || code == .outputNotFinite
    }
}
