internal import Foundation
internal import Imaging

/// Outlining a dysplasia in heads that each come twice, with it and without: what the encoders of demonstration models
/// learn beside the tissues. Not one of the 23.
///
/// The head is scanned and posed by the simulation's own scanner, at the spacing of the plan, so that
/// `PreprocessingPlan.prepare` takes it as it takes any scan.
struct DysplasiaTasks: Sendable {
    let stripped: Bool
    let lesion: LesionPlan
    let maps: SharedMaps?
    /// A prepared voxel averages several of a scanner's: their noise shrinks by this.
    private static let averaging = 0.4

    var all: [SegmentationTask] {
        [
            task("fcd-t1w", "T1-weighted MR of the head", isT1w: true),
            task("fcd-flair", "FLAIR MR of the head", isT1w: false),
        ]
    }

    private func task(_ name: String, _ modality: String, isT1w: Bool) -> SegmentationTask {
        let (stripped, lesion, maps) = (stripped, lesion, maps)
        return SegmentationTask(
            name: name, modality: modality, labels: ["dysplasia", "grey matter", "white matter", "fluid"],
            isScan: true
        ) { seed, grid in
            let source = maps?.source(seed: seed) ?? .folded
            let subject = SimulatedSubject(seed: seed, anatomy: source, lesion: lesion)
            var plan = AcquisitionPlan()
            plan.spacingMM = grid.spacingMM.max()
            plan.stripped = stripped
            plan.sameGrid = true
            var pair = plan.pair(seed: seed)
            pair.t1w.noise *= Self.averaging
            pair.flair.noise *= Self.averaging
            pair.t1w.blurVoxels *= 0.5
            pair.flair.blurVoxels *= 0.5
            return subject.tissues(pair.t1w.grid, pair, amplitudes: [1, 0]).enumerated().map { place, tissue in
                SegmentationTask.Sample(
                    image: Scanner.image(tissue, isT1w ? pair.t1w : pair.flair, stripped: stripped),
                    labels: Self.labels(tissue, lesion: place == 0 ? subject.lesionMask(tissue) : nil),
                    body: tissue.brain)
            }
        }
    }

    private static func labels(_ tissue: TissueImage, lesion: [Float]?) -> [UInt8] {
        var labels = [UInt8](repeating: 0, count: tissue.shares.count)
        for at in labels.indices where tissue.brain[at] != 0 {
            let s = tissue.shares[at]
            let grey = Int(s[Tissue.cortex.rawValue]) + Int(s[Tissue.nuclei.rawValue])
            let white = Int(s[Tissue.white.rawValue]) + Int(s[Tissue.gliosis.rawValue])
            let fluid = Int(s[Tissue.fluid.rawValue])
            labels[at] = grey >= max(white, fluid) ? 2 : white >= fluid ? 3 : 4
        }
        if let lesion {
            for at in labels.indices where lesion[at] != 0 { labels[at] = 1 }
        }
        return labels
    }
}
