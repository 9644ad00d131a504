internal import Foundation
internal import Imaging

/// A real brain as far as its T1w image tells it: each place's shares of fluid, grey and white matter by its intensity.
///
/// Places are relative to the brain's middle, as everywhere in a simulation.
struct ScannedBrain: BrainAnatomy {
    private let t1w: Volume
    private let toVoxel: Affine
    private let inside: FieldLattice<SIMD2<Float>>
    /// World place of the brain's middle.
    let middle: SIMD3<Float>
    /// Mean intensities of fluid, grey and white matter in the T1w image.
    let means: SIMD3<Float>

    var stretch: SIMD3<Float> { .one }

    /// Distance between the nodes of the outline, mm.
    private static let step: Float = 3

    /// - Parameters:
    ///   - t1w: in any orientation.
    ///   - brain: 1 inside the brain, on any grid in the same space.
    /// - Throws: `FOREGROUND_EMPTY` where there is no brain with three tissues.
    init(t1w: Volume, brain: Volume) throws(ImagingError) {
        let none = ImagingError(
            .emptyForeground, "No brain with fluid, grey and white matter was found. Check the scan and its brain mask."
        )
        guard let toVoxel = t1w.grid.affineRAS.inverse, let toMask = brain.grid.affineRAS.inverse else { throw none }
        self.t1w = t1w
        self.toVoxel = toVoxel
        var (low, high) = (SIMD3<Double>(repeating: .infinity), SIMD3<Double>(repeating: -.infinity))
        let n = brain.shape
        for i in 0..<n.x {
            for j in 0..<n.y {
                for k in 0..<n.z where brain.voxels[brain.grid.offset(i, j, k)] > 0.5 {
                    let p = brain.grid.affineRAS([Double(i), Double(j), Double(k)])
                    low = pointwiseMin(low, p)
                    high = pointwiseMax(high, p)
                }
            }
        }
        guard high.x > low.x, high.y > low.y, high.z > low.z else { throw none }
        // The middle lies 65 mm below the top, where a whole brain's is.
        let middle = SIMD3<Float>(Float(low.x + high.x) / 2, Float(low.y + high.y) / 2, Float(high.z) - 65)
        self.middle = middle
        var lattice = FieldLattice<SIMD2<Float>>(
            from: SIMD3<Float>(low) - middle - 4 * Self.step, to: SIMD3<Float>(high) - middle + 4 * Self.step,
            spacing: Self.step
        ) { p in
            let v = toMask(SIMD3<Double>(p + middle))
            return [brain.nearest(v), 0]
        }
        let values = lattice.nodes.map { $0.x > 0.5 ? UInt8(1) : 0 }
        let spacing = SIMD3<Double>(repeating: Double(Self.step))
        let depth = BinaryMask(shape: lattice.shape, values: values).depthMM(spacingMM: spacing)
        let away = BinaryMask(shape: lattice.shape, values: values.map { 1 - $0 }).depthMM(spacingMM: spacing)
        var samples: [Float] = []
        for at in values.indices {
            let isInside = values[at] == 1
            lattice.nodes[at] = [isInside ? Self.step / 2 - depth[at] : away[at] - Self.step / 2, 0]
            guard isInside else { continue }
            let k = at % lattice.shape.z
            let j = at / lattice.shape.z % lattice.shape.y
            let i = at / lattice.shape.z / lattice.shape.y
            let v = toVoxel(SIMD3<Double>(lattice.place(i, j, k) + middle))
            samples.append(t1w.nearest(v))
        }
        inside = lattice
        guard let means = Self.means(samples) else { throw none }
        self.means = means
    }

    /// Three means about which the intensities lie.
    static func means(_ samples: [Float]) -> SIMD3<Float>? {
        let sorted = samples.sorted()
        guard sorted.count > 500 else { return nil }
        func quantile(_ q: Double) -> Float { sorted[Int(Double(sorted.count - 1) * q)] }
        var means = SIMD3<Float>(quantile(0.04), quantile(0.35), quantile(0.8))
        for _ in 0..<30 {
            var (sums, counts) = (SIMD3<Float>.zero, SIMD3<Float>.zero)
            for value in sorted {
                let gap = means - value
                let squares = gap * gap
                let nearest = squares.x < squares.y ? 0 : squares.y < squares.z ? 1 : 2
                sums[nearest] += value
                counts[nearest] += 1
            }
            for n in 0..<3 where counts[n] > 0 { means[n] = sums[n] / counts[n] }
        }
        return means.x < means.y && means.y < means.z ? means : nil
    }

    /// Shares by intensity: a voxel between two means holds both.
    @inline(__always) static func shares(_ value: Float, means: SIMD3<Float>) -> Shares {
        var s = Shares.zero
        if value < means.y {
            let grey = min(max((value - means.x) / (means.y - means.x), 0), 1)
            s[Tissue.fluid] = 1 - grey
            s[Tissue.cortex] = grey
        } else {
            let white = min(max((value - means.y) / (means.z - means.y), 0), 1)
            s[Tissue.cortex] = 1 - white
            s[Tissue.white] = white
        }
        return s
    }

    func outline(_ p: SIMD3<Float>) -> Float { inside.sample(p).x }

    func read<Result>(_ body: (Reader) -> Result) -> Result { body(Reader(brain: self)) }

    struct Reader: BrainReader {
        let brain: ScannedBrain

        func isCerebrum(_ p: SIMD3<Float>) -> Bool {
            let isDeep = abs(p.x) < 33 && p.y > -38 && p.y < 40 && p.z < 22 && p.z > -30
            return p.z > (p.y < 0 ? -8 : -32) && !isDeep
        }

        func shares(_ p: SIMD3<Float>, width: Float) -> Shares {
            guard brain.outline(p) < 1.5 else { return .all(.fluid) }
            let v = brain.toVoxel(SIMD3<Double>(p + brain.middle))
            return ScannedBrain.shares(brain.t1w.sample(atVoxel: v, outside: 0), means: brain.means)
        }
    }
}

extension Volume {
    /// The voxel nearest to a place in voxel coordinates, 0 outside.
    func nearest(_ v: SIMD3<Double>) -> Float {
        let q = (v + 0.5).rounded(.down)
        guard q.x >= 0, q.y >= 0, q.z >= 0, q.x < Double(shape.x), q.y < Double(shape.y), q.z < Double(shape.z) else {
            return 0
        }
        return voxels[grid.offset(Int(q.x), Int(q.y), Int(q.z))]
    }
}
