internal import Foundation
package import Imaging

/// A made-up dysplasia in a real pair of scans.
///
/// Shares of tissue are told from the T1w image's intensities; what the lesion moves between them changes both images
/// by that much of the difference between the tissues' own means there. Nothing is smoothed, so that the noise stays.
package struct Implant: Sendable {
    package var plan: LesionPlan
    package var seed: UInt64

    package init(plan: LesionPlan = LesionPlan(), seed: UInt64) {
        self.plan = plan
        self.seed = seed
    }

    /// FLAIR signal of gliosis relative to grey matter, and T1w signal on the way from grey to white matter.
    private static let gliosisFLAIR: Float = 1.36
    private static let gliosisT1w: Float = 0.15
    /// FLAIR signal of pure grey relative to white matter, at least.
    private static let leastGrey: Float = 1.15

    /// Both scans with the lesion in them.
    ///
    /// - Parameters:
    ///   - t1w, flair: of one examination, in one space, on grids of their own.
    ///   - brain: 1 inside the brain, on any grid; nil takes what is not background in a stripped scan, and what lies
    ///     deep under the skin in a whole head.
    ///   - amplitude: 1 for the lesion as drawn; 0 gives the scans back as they were.
    /// - Throws: `FOREGROUND_EMPTY` where no brain is found.
    package func apply(
        t1w: Volume, flair: Volume, brain: Volume? = nil, amplitude: Double = 1
    ) throws(ImagingError) -> SimulatedHead {
        let mask: Volume
        if let brain { mask = brain } else { mask = try Self.brain(t1w) }
        let scanned = try ScannedBrain(t1w: t1w, brain: mask)
        let lesion = LesionField(scanned, plan, seed: seed)
        let strength = lesion.severity * Float(amplitude)
        let means = scanned.means
        var t1wSignal = Shares.zero
        t1wSignal[Tissue.fluid] = means.x
        t1wSignal[Tissue.cortex] = means.y
        t1wSignal[Tissue.white] = means.z
        t1wSignal[Tissue.gliosis] = means.y + Self.gliosisT1w * (means.z - means.y)
        let flairSignal = Self.signal(flair, scanned, lesion.centre)
        var marks = Volume(grid: flair.grid)
        var (newT1w, newFLAIR) = (t1w, flair)
        for isFLAIR in [false, true] {
            let scan = isFLAIR ? flair : t1w
            let signal = isFLAIR ? flairSignal : t1wSignal
            var grid = scan.grid
            grid.affineRAS.translation -= SIMD3<Double>(scanned.middle)
            scanned.read { reader in
                lesion.forEachVoxel(of: grid) { at, node, tail in
                    let index = SIMD3<Double>(
                        Double(at / (grid.shape.y * grid.shape.z)), Double(at / grid.shape.z % grid.shape.y),
                        Double(at % grid.shape.z))
                    let p = SIMD3<Float>(grid.affineRAS(index))
                    let before = reader.shares(p, width: 1)
                    var after = before
                    LesionField.apply(&after, node: node, tail: tail, strength: strength, plan: plan)
                    let change = ((after - before) * signal).sum()
                    if isFLAIR {
                        newFLAIR.voxels[at] = max(0, flair.voxels[at] + change)
                        let matter = before[Tissue.cortex] + before[Tissue.white]
                        if max(node.x, tail) > LesionField.maskExtent, matter > 0.5 { marks.voxels[at] = 1 }
                    } else {
                        newT1w.voxels[at] = max(0, t1w.voxels[at] + change)
                    }
                }
            }
        }
        if strength == 0 { (newT1w, newFLAIR) = (t1w, flair) }
        let spacing = flair.grid.spacingMM
        let count = marks.voxels.reduce(0) { $0 + Int($1) }
        return SimulatedHead(
            t1w: newT1w, flair: newFLAIR, lesion: marks, brain: mask.resampled(onto: flair.grid, .nearest),
            lesionMillilitres: Double(count) * spacing.x * spacing.y * spacing.z / 1000)
    }

    /// Mean FLAIR intensity of voxels that are nearly all fluid, grey or white matter, near the lesion where there are
    /// enough, so that a coil's shading counts as it is there.
    private static func signal(_ flair: Volume, _ brain: ScannedBrain, _ centre: SIMD3<Float>) -> Shares {
        var result = Shares.zero
        guard let toVoxel = flair.grid.affineRAS.inverse else { return result }
        for reach: Float in [35, 60, 95] {
            var (sums, counts) = (Shares.zero, Shares.zero)
            brain.read { reader in
                for x in stride(from: -reach, through: reach, by: 3) {
                    for y in stride(from: -reach, through: reach, by: 3) {
                        for z in stride(from: -reach, through: reach, by: 3) {
                            let p = centre + SIMD3(x, y, z)
                            guard brain.outline(p) < -4 else { continue }
                            let s = reader.shares(p, width: 1)
                            let value = flair.nearest(toVoxel(SIMD3<Double>(p + brain.middle)))
                            for tissue in [Tissue.fluid, .cortex, .white] where s[tissue] > 0.75 {
                                sums[tissue] += value
                                counts[tissue] += 1
                            }
                        }
                    }
                }
            }
            for tissue in [Tissue.fluid, .cortex, .white] where counts[tissue] > 30 {
                if result[tissue] == 0 { result[tissue] = sums[tissue] / counts[tissue] }
            }
        }
        // Where grey matter is no brighter than white, partial volume hid it.
        result[Tissue.cortex] = max(result[Tissue.cortex], result[Tissue.white] * leastGrey)
        result[Tissue.gliosis] = result[Tissue.cortex] * gliosisFLAIR
        return result
    }

    private static func brain(_ t1w: Volume) throws(ImagingError) -> Volume {
        let answer = ScanCheck.examine(t1w, as: nil)
        if answer.head.inputKind == .fullHead, let outline = answer.outline {
            return Volume(grid: outline.grid, voxels: outline.brain.values.map { Float($0) })
        }
        let background = t1w.voxels.first ?? 0
        let inside = BinaryMask(t1w) { $0 != background }.largestComponent()
        guard inside.count > 1000 else {
            throw ImagingError(.emptyForeground, "No brain was found. Give a brain mask with the scan.")
        }
        return Volume(grid: t1w.grid, voxels: inside.values.map { Float($0) })
    }
}
