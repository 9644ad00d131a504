package import Imaging
import Screening

/// Figure 2 of the paper: four patients rightly called FCD, whose maps are good, wrong, near and vague.
///
/// The cases are chosen by rule, not by eye. Where no case fits a rule the figure says so.
package enum Figure2 {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case good, wrong, near, vague

        /// The paper's words.
        package var words: String {
            switch self {
            case .good: "Accurate localisation"
            case .wrong: "Incorrect localisation"
            case .near: "Near-correct localisation"
            case .vague: "Vague localisation"
            }
        }

        /// Whom the rule looks for.
        package var rule: String {
            switch self {
            case .good:
                "peak inside the lesion, Heat-Score at or over the median, focal map; of these the highest Heat-Score"
            case .wrong: "peak over 40 mm from the lesion, focal map; of these the lowest Heat-Score"
            case .near: "peak 10–20 mm from the lesion, focal map; of these the peak nearest to 15 mm"
            case .vague: "a fifth of the head or more over half of the map's maximum; of these the largest share"
            }
        }
    }

    /// From how much of the head over half of the maximum a map is vague, and below which it is focal.
    package static let vagueShare = 0.2
    /// Distances go to the centres of the mask's voxels: a peak nearer than half the diagonal of a voxel of 2 mm is inside.
    package static let insideMM = 1.75
    package static let wrongMM = 40.0
    package static let nearMM = 10.0...20.0

    /// What the rules look at: a patient whose scan was flagged.
    package struct Candidate: Sendable, Hashable {
        package var subject: String
        package var score: Double
        package var threshold: Double
        /// Of the map with ReLU against all other voxels.
        package var heatScore: Double
        package var peakDistanceMM: Double
        /// `Figure2.spread` of the map.
        package var spread: Double

        package init(
            subject: String, score: Double, threshold: Double, heatScore: Double, peakDistanceMM: Double, spread: Double
        ) {
            self.subject = subject
            self.score = score
            self.threshold = threshold
            self.heatScore = heatScore
            self.peakDistanceMM = peakDistanceMM
            self.spread = spread
        }

        /// Nil for a control, for a patient that was not flagged, and without Heat-Score or peak.
        package init?(_ row: ScanRow, spread: Double) {
            guard row.refusal == nil, row.group == .fcd, row.isFlagged, let heat = row.heatScore?.whole,
                let distance = row.peakDistanceMM
            else { return nil }
            self.init(
                subject: row.subject, score: row.score, threshold: row.threshold, heatScore: heat,
                peakDistanceMM: distance, spread: spread)
        }
    }

    /// A chosen case and its images, all on one grid: the prepared one, or the scan's own.
    package struct Case: Sendable {
        package var candidate: Candidate
        package var scan: Volume
        /// The unnormalised map with ReLU.
        package var heat: Volume
        /// Over 0.5 inside the lesion.
        package var mask: Volume

        package init(candidate: Candidate, scan: Volume, heat: Volume, mask: Volume) {
            self.candidate = candidate
            self.scan = scan
            self.heat = heat
            self.mask = mask
        }
    }

    /// Share of the voxels inside, 0…1, whose map is over half of its largest value there; 1 for a flat map.
    ///
    /// - Parameter inside: the brain or head; over 0.5 counts.
    package static func spread(of heat: Volume, inside: Volume) -> Double {
        precondition(heat.voxels.count == inside.voxels.count, "one grid")
        var highest: Float = 0
        var all = 0
        for v in heat.voxels.indices where inside.voxels[v] > 0.5 {
            highest = max(highest, heat.voxels[v])
            all += 1
        }
        guard highest > 0 else { return 1 }
        var over = 0
        for v in heat.voxels.indices where inside.voxels[v] > 0.5 && heat.voxels[v] > highest / 2 { over += 1 }
        return Double(over) / Double(all)
    }

    /// One case for each rule that any fits; equally good ones by label.
    package static func choose(_ candidates: [Candidate]) -> [Kind: Candidate] {
        let candidates = candidates.sorted { $0.subject < $1.subject }
        let scores = candidates.map(\.heatScore).sorted()
        guard !scores.isEmpty else { return [:] }
        let half = scores.count / 2
        let median = scores.count.isMultiple(of: 2) ? (scores[half - 1] + scores[half]) / 2 : scores[half]
        let focal = candidates.filter { $0.spread < vagueShare }
        var chosen: [Kind: Candidate] = [:]
        chosen[.good] = focal.filter { $0.peakDistanceMM <= insideMM && $0.heatScore >= median }
            .max { $0.heatScore < $1.heatScore }
        chosen[.wrong] = focal.filter { $0.peakDistanceMM > wrongMM }.min { $0.heatScore < $1.heatScore }
        chosen[.near] = focal.filter { nearMM.contains($0.peakDistanceMM) }
            .min { abs($0.peakDistanceMM - 15) < abs($1.peakDistanceMM - 15) }
        chosen[.vague] = candidates.filter { $0.spread >= vagueShare }.max { $0.spread < $1.spread }
        return chosen
    }

    /// The cases that the rules choose, drawn.
    ///
    /// - Parameters:
    ///   - data: named in the caption.
    ///   - images: of a chosen case; nil where it has none.
    package static func draw(
        _ candidates: [Candidate], data: String, images: (Candidate) throws(TrainingError) -> Case?
    ) throws(TrainingError) -> String {
        var cases: [Kind: Case] = [:]
        for (kind, candidate) in choose(candidates) { cases[kind] = try images(candidate) }
        do {
            return try svg(cases, data: data)
        } catch {
            throw TrainingError(.unwritable, "The figure cannot be drawn: \(error)", cause: error)
        }
    }
}
