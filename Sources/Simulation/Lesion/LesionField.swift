internal import Foundation
internal import Imaging

/// One dysplasia in one brain: where it is and what it does to the tissue there.
struct LesionField: Sendable {
    let severity: Float
    let plan: LesionPlan
    let centre: SIMD3<Float>
    /// Extent 0…1; share of white matter once the border is thick and blurred; how near the cortex is, 0…1; unused.
    private let field: FieldLattice<SIMD4<Float>>
    private let tail: Tail?

    /// A cone of tissue from the lesion to the ventricle.
    struct Tail: Sendable {
        var from, to: SIMD3<Float>
        var radiusFrom, radiusTo: Float

        /// 0…1.
        @inline(__always) func extent(_ p: SIMD3<Float>) -> Float {
            let line = to - from
            let t = min(max(((p - from) * line).sum() / max((line * line).sum(), 1), 0), 1)
            let d = p - from - line * t
            return 1 - ramp((d * d).sum().squareRoot() / mixed(radiusFrom, radiusTo, t), 0.5, 1.5)
        }
    }

    /// Extents above this belong to the mask.
    static let maskExtent: Float = 0.5

    /// Draws a lesion; the same seed and plan draw the same one.
    init(_ anatomy: some BrainAnatomy, _ plan: LesionPlan, seed: UInt64) {
        var random = PhantomRandom(seed: seed, part: "lesion")
        self.plan = plan
        severity = random.between(plan.severity)
        let range = plan.millilitres
        let volume = Float(
            exp(log(range.lowerBound) + (log(range.upperBound) - log(range.lowerBound)) * Double(random.unit())))
        let hasTail = random.unit() < Float(plan.tail)
        let atBottom = random.unit() < Float(plan.bottomOfSulcus)
        centre = Self.place(anatomy, &random, atBottom: atBottom)
        let radius = pow(volume * 1000 * 3 / (4 * .pi) / 0.7, 1 / 3)
        field = Self.field(anatomy, plan, &random, centre: centre, radius: radius, volume: volume * 1000)
        let q = centre / anatomy.stretch
        let ventricle = SIMD3<Float>(
            (q.x < 0 ? -1 : 1) * (abs(q.y) > 20 ? 19 : 13), min(max(q.y, -38), 34), q.z < -8 && q.y > -25 ? -10 : 12)
        let target = ventricle * anatomy.stretch
        tail =
            hasTail
            ? Tail(from: centre, to: target, radiusFrom: max(2.5, radius * 0.55), radiusTo: 1.6) : nil
    }

    private static func place(
        _ anatomy: some BrainAnatomy, _ random: inout PhantomRandom, atBottom: Bool
    ) -> SIMD3<Float> {
        var fallback = SIMD3<Float>(38, -30, 38) * anatomy.stretch
        var found: SIMD3<Float>?
        anatomy.read { reader in
            var isFallback = false
            for _ in 0..<4000 {
                let p =
                    SIMD3(random.between(-62, 62), random.between(-82, 80), random.between(-44, 62)) * anatomy.stretch
                let depth = -anatomy.outline(p)
                guard depth > 2.5, depth < 26, !(atBottom && depth < 8), reader.isCerebrum(p) else { continue }
                guard reader.shares(p, width: 2)[Tissue.cortex] > 0.55 else { continue }
                var white: Float = 0
                for axis in 0..<3 {
                    for side in [Float(-5), 5] {
                        var near = p
                        near[axis] += side
                        white += reader.shares(near, width: 3)[Tissue.white] / 6
                    }
                }
                if white > (atBottom ? 0.42 : 0.25) {
                    found = p
                    return
                }
                if !isFallback { (fallback, isFallback) = (p, true) }
            }
        }
        return found ?? fallback
    }

    /// The lattice of what the lesion does: `volume` mm³ of grey and white matter have an extent above a half.
    private static func field(
        _ anatomy: some BrainAnatomy, _ plan: LesionPlan, _ random: inout PhantomRandom, centre: SIMD3<Float>,
        radius: Float, volume: Float
    ) -> FieldLattice<SIMD4<Float>> {
        let noise = WaveField(&random, count: 16, wavelengthsMM: max(6, radius * 0.8)...max(9, radius * 1.8))
        // An ellipsoid along random axes.
        var axes: [SIMD3<Float>] = []
        let stretch = [random.between(0.7, 0.95), random.between(0.9, 1.1), random.between(1.05, 1.4)]
        for _ in 0..<3 {
            var v = SIMD3(random.normal(), random.normal(), random.normal())
            for axis in axes { v -= axis * (v * axis).sum() }
            axes.append(v / ((v * v).sum().squareRoot() + 1e-5))
        }
        let spacing: Float = radius > 9 ? 1.5 : 1
        let half = SIMD3<Float>(repeating: radius * 2.1 + 5)
        let irregularity = Float(plan.irregularity)
        // (white, cortex + white, distance relative to the radius, -) to begin with.
        var lattice = anatomy.read { reader in
            FieldLattice<SIMD4<Float>>(from: centre - half, to: centre + half, spacing: spacing) { p in
                let d = p - centre
                var squares: Float = 0
                for (axis, stretch) in zip(axes, stretch) {
                    let along = (d * axis).sum() / stretch
                    squares += along * along
                }
                let far = squares.squareRoot() / radius
                let s = reader.shares(p, width: 1.5)
                let matter = s[Tissue.cortex] + s[Tissue.white]
                return [s[Tissue.white], matter, far / max(1 + irregularity * noise(p), 0.4), matter]
            }
        }
        let reach = max(1, Int((3 / spacing).rounded()))
        for _ in 0..<2 { lattice.blur(reach) }
        var inside: [Float] = []
        for at in lattice.nodes.indices {
            var node = lattice.nodes[at]
            let white = node.y > 0.02 ? node.x / node.y : 1
            // Deep white matter is spared.
            node.z *= 1 + 0.9 * ramp(white, 0.72, 0.97)
            node.x = white
            if node.w > 0.5 { inside.append(node.z) }
            lattice.nodes[at] = node
        }
        inside.sort()
        let wanted = Int(volume / (spacing * spacing * spacing))
        let limit = inside.isEmpty ? 1 : inside[min(wanted, inside.count - 1)]
        for at in lattice.nodes.indices {
            let node = lattice.nodes[at]
            lattice.nodes[at] = [
                1 - ramp(node.z / max(limit, 0.05), 0.65, 1.35), ramp(node.x, 0.6, 0.99), 1 - ramp(node.x, 0.6, 1), 0,
            ]
        }
        return lattice
    }

    /// What the lesion does to a voxel.
    @inline(__always) static func apply(
        _ s: inout Shares, node: SIMD4<Float>, tail: Float, strength: Float, plan: LesionPlan
    ) {
        let e = strength * node.x
        let matter = s[Tissue.cortex] + s[Tissue.white]
        if matter > 0 {
            // The border moves inwards and loses its edge.
            let white = s[Tissue.white] / matter
            let lost = max(white - node.y, 0) * e * Float(plan.border)
            s[Tissue.white] -= lost * matter
            s[Tissue.cortex] += lost * matter
        }
        let subcortical = e * Float(plan.subcortical) * (0.5 + 0.5 * node.z)
        s.move(max(subcortical, strength * tail * Float(plan.alongTail)), of: .white, to: .gliosis)
        s.move(e * Float(plan.cortical), of: .cortex, to: .gliosis)
    }

    func paint(_ image: inout TissueImage, amplitude: Float) {
        let strength = severity * amplitude
        forEachVoxel(of: image.grid) { at, node, tail in
            image.change(at) { Self.apply(&$0, node: node, tail: tail, strength: strength, plan: plan) }
        }
    }

    /// 1 where the lesion is; what it is made of does not depend on the amplitude.
    func mask(_ image: TissueImage) -> [Float] {
        var mask = [Float](repeating: 0, count: image.grid.voxelCount)
        forEachVoxel(of: image.grid) { at, node, tail in
            guard max(node.x, tail) > Self.maskExtent else { return }
            let s = Shares(unpacking: image.shares[at])
            if s[Tissue.cortex] + s[Tissue.white] + s[Tissue.gliosis] > 0.5 { mask[at] = 1 }
        }
        return mask
    }

    /// Calls for every voxel that the lesion may reach.
    func forEachVoxel(of grid: VoxelGrid, _ body: (Int, SIMD4<Float>, Float) -> Void) {
        guard let toVoxel = grid.affineRAS.inverse else { return }
        let size = SIMD3(Float(field.shape.x - 1), Float(field.shape.y - 1), Float(field.shape.z - 1)) * field.spacing
        var (low, high) = (field.origin, field.origin + size)
        if let tail {
            low = pointwiseMin(low, tail.to - 4)
            high = pointwiseMax(high, tail.to + 4)
        }
        // The box in voxels, whichever way the grid lies.
        var (first, last) = (SIMD3<Double>(repeating: .infinity), SIMD3<Double>(repeating: -.infinity))
        for corner in 0..<8 {
            let p = SIMD3<Double>(
                Double(corner & 1 == 0 ? low.x : high.x), Double(corner & 2 == 0 ? low.y : high.y),
                Double(corner & 4 == 0 ? low.z : high.z))
            first = pointwiseMin(first, toVoxel(p))
            last = pointwiseMax(last, toVoxel(p))
        }
        let (a, b) = (SIMD3<Int>(truncating: first, grid.shape), SIMD3<Int>(truncating: last, grid.shape))
        field.read { field in
            for i in a.x...b.x {
                for j in a.y...b.y {
                    for k in a.z...b.z {
                        let p = SIMD3<Float>(grid.affineRAS([Double(i), Double(j), Double(k)]))
                        let node = field.contains(p) ? field.sample(p) : [0, 1, 0, 0]
                        let along = tail?.extent(p) ?? 0
                        if node.x > 0 || along > 0 { body(grid.offset(i, j, k), node, along) }
                    }
                }
            }
        }
    }
}

extension FieldLattice {
    /// The mean of the lanes 0 and 1 over `2 · reach + 1` nodes along each axis.
    mutating func blur(_ reach: Int) where Value == SIMD4<Float> {
        let n = shape
        let strides = [n.y * n.z, n.z, 1]
        let scale = 1 / Float(2 * reach + 1)
        var line = [SIMD4<Float>](repeating: .zero, count: n.max())
        for axis in 0..<3 {
            let (a, b) = axis == 0 ? (1, 2) : axis == 1 ? (0, 2) : (0, 1)
            let (length, stride) = (n[axis], strides[axis])
            nodes.withUnsafeMutableBufferPointer { v in
                for p in 0..<n[a] {
                    for q in 0..<n[b] {
                        let start = p * strides[a] + q * strides[b]
                        for r in 0..<length { line[r] = v[start + r * stride] }
                        for r in 0..<length {
                            var sum = SIMD4<Float>.zero
                            for d in -reach...reach { sum += line[min(max(r + d, 0), length - 1)] }
                            var node = line[r]
                            node.x = sum.x * scale
                            node.y = sum.y * scale
                            v[start + r * stride] = node
                        }
                    }
                }
            }
        }
    }
}
