internal import Foundation
internal import Imaging

/// A made-up brain on a grid, ready to be labelled and seen in any contrast.
struct BrainScene {
    let subject: SimulatedSubject
    let tissue: TissueImage
    let stripped: Bool
    var random: PhantomRandom

    /// Folds of a picture of 2 mm voxels need no finer lattice.
    private static let latticeMM = 3.0

    /// - Parameters:
    ///   - grid: its middle is the middle of the brain; the head is turned and moved a little in it.
    init(seed: UInt64, grid: VoxelGrid, stripped: Bool) {
        random = PhantomRandom(seed: seed, part: "scene")
        var plan = AnatomyPlan()
        plan.latticeMM = Self.latticeMM
        // Spots are a task of their own.
        plan.spots = 0
        subject = SimulatedSubject(seed: seed, plan: plan, lesion: nil)
        var acquisition = AcquisitionPlan()
        acquisition.spacingMM = grid.spacingMM.max()
        acquisition.fieldMM = SIMD3(grid.shape) * grid.spacingMM
        acquisition.stripped = stripped
        var pair = acquisition.pair(seed: seed)
        var posed = pair.t1w.grid
        posed.shape = grid.shape
        pair.t1w.grid = posed
        tissue = subject.tissue(posed, pair, 0)
        self.stripped = stripped
    }

    var count: Int { tissue.shares.count }

    /// 1 for each voxel that holds tissue.
    var regions: [UInt8] {
        stripped ? tissue.brain : tissue.shares.map { $0 == .zero ? 0 : 1 }
    }

    /// The place of every voxel, RAS mm, in the subject's own space, until `body` has seen all.
    func forEachVoxel(_ body: (_ at: Int, _ place: SIMD3<Float>) -> Void) {
        let (n, map) = (tissue.grid.shape, tissue.grid.affineRAS)
        let step = SIMD3<Float>(map.column2)
        var at = 0
        for i in 0..<n.x {
            for j in 0..<n.y {
                var p = SIMD3<Float>(map([Double(i), Double(j), 0]))
                for _ in 0..<n.z {
                    body(at, p)
                    p += step
                    at += 1
                }
            }
        }
    }

    /// 1 where a tissue takes at least half of a voxel of the brain, or anywhere.
    func mask(_ tissues: [Tissue], inBrain: Bool = true) -> [UInt8] {
        var weights = SIMD8<UInt16>.zero
        for kind in tissues { weights[kind.rawValue] = 1 }
        return zip(tissue.shares, tissue.brain).map { shares, brain in
            if inBrain && brain == 0 { return 0 }
            let scaled = SIMD8<UInt16>(truncatingIfNeeded: shares) &* weights
            return scaled.wrappedSum() > 127 ? 1 : 0
        }
    }

    /// Cerebellum and brain stem.
    func hindbrain() -> [UInt8] {
        var result = [UInt8](repeating: 0, count: count)
        func fill(_ anatomy: some BrainAnatomy) {
            anatomy.read { reader in
                forEachVoxel { at, p in
                    if tissue.brain[at] != 0, p.z < -8, p.y < 8, !reader.isCerebrum(p) { result[at] = 1 }
                }
            }
        }
        switch subject.head {
        case .folded(let brain, _, _): fill(brain)
        case .mapped(let brain, _, _): fill(brain)
        }
        return result
    }

    /// The fluid deep inside the brain.
    func ventricles() -> [UInt8] {
        var result = [UInt8](repeating: 0, count: count)
        forEachVoxel { at, p in
            guard tissue.brain[at] != 0, tissue.shares[at][Tissue.fluid.rawValue] > 127 else { return }
            let x = abs(p.x)
            let lateral = x > 3 && x < 38 && p.y > -62 && p.y < 46 && p.z > -6 && p.z < 30
            let middle = x <= 4 && p.y > -48 && p.y < 12 && p.z > -42 && p.z < 14
            if lateral && !(x > 26 && p.y > -12) || middle { result[at] = 1 }
        }
        return result
    }

    /// The signal of every voxel in a contrast.
    ///
    /// - Parameter air: what a voxel without tissue gives.
    func signal(_ contrast: TissueContrast, scale: Float, air: Float = 0) -> [Float] {
        let intensities = contrast.intensities * scale / 255
        return tissue.shares.map { shares in
            let s = SIMD8<Float>(shares)
            return (s * intensities).sum() + air * max(1 - s.sum() / 255, 0)
        }
    }

    /// A contrast in which every tissue is a little brighter or darker than usual.
    mutating func varied(_ contrast: TissueContrast, by share: Double) -> TissueContrast {
        var result = contrast
        for path in [
            \TissueContrast.fluid, \.cortex, \.nuclei, \.white, \.bone, \.fat, \.soft, \.gliosis,
        ] { result[keyPath: path] *= 1 + share * Double(random.between(-1, 1)) }
        return result
    }

    /// A place in the brain, in voxels, and mm.
    mutating func place(in mask: [UInt8]) -> Int? {
        for _ in 0..<4000 {
            let at = Int(random.unit() * Float(count - 1))
            if mask[at] != 0 { return at }
        }
        return nil
    }

    /// How deep inside a lumpy ball of about a radius each voxel lies: 0 outside, up to 1 inside.
    mutating func lump(around centre: Int, radiusMM: Float, _ body: (_ at: Int, _ share: Float) -> Void) {
        let (n, map) = (tissue.grid.shape, tissue.grid.affineRAS)
        func place(_ at: Int) -> SIMD3<Float> {
            SIMD3<Float>(map([Double(at / (n.y * n.z)), Double(at / n.z % n.y), Double(at % n.z)]))
        }
        let middle = place(centre)
        let bumps = WaveField(&random, count: 8, wavelengthsMM: max(radiusMM, 6)...max(3 * radiusMM, 12))
        let axes = SIMD3(random.between(0.8, 1.25), random.between(0.8, 1.25), random.between(0.8, 1.25))
        let steps = SIMD3<Int>(SIMD3<Float>(repeating: 2 * radiusMM) / SIMD3<Float>(tissue.grid.spacingMM)) &+ 1
        let (ci, cj, ck) = (centre / (n.y * n.z), centre / n.z % n.y, centre % n.z)
        let width = Float(tissue.grid.spacingMM.max())
        for i in max(0, ci - steps.x)..<min(n.x, ci + steps.x + 1) {
            for j in max(0, cj - steps.y)..<min(n.y, cj + steps.y + 1) {
                for k in max(0, ck - steps.z)..<min(n.z, ck + steps.z + 1) {
                    let at = (i * n.y + j) * n.z + k
                    let p = place(at)
                    let d = (p - middle) / axes
                    let distance = (d * d).sum().squareRoot() - radiusMM * (1 + 0.22 * bumps(p))
                    let inside = share(-distance, over: width + 1)
                    if inside > 0 { body(at, inside) }
                }
            }
        }
    }
}
