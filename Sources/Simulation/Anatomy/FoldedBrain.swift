internal import Foundation
internal import Imaging

/// A brain made up from nothing but a seed.
///
/// Sulci are the zero sets of smooth random fields, read on the hull so that their walls stand upright, down to a depth
/// that wanders. Signed distances lie on a lattice of about 2 mm; what a voxel holds follows from them and its size.
struct FoldedBrain: BrainAnatomy {
    private let shape: BrainShape
    private let fields: FieldLattice<SIMD16<Float>>
    private let local: FieldLattice<SIMD4<Float>>
    private let folia: Float

    var stretch: SIMD3<Float> { shape.stretch }

    /// What each lane of the lattice holds, mm.
    private enum Lane {
        static let hull = 0, fold = 1, foldEnd = 2, minor = 3, minorEnd = 4, fissure = 5, fissureEnd = 6
        static let sylvian = 7, ventricle = 8, nuclei = 9, cerebellum = 10, leaf = 11, stem = 12
    }

    init(_ plan: AnatomyPlan, seed: UInt64) {
        let shape = BrainShape(plan, seed: seed)
        self.shape = shape
        var random = PhantomRandom(seed: seed, part: "folds")
        folia = random.between(4, 5.2)
        let spacing = random.between(plan.sulcusSpacingMM)
        let major = WaveField(&random, count: 32, wavelengthsMM: (1.75 * spacing)...(2.3 * spacing))
        let minor = WaveField(&random, count: 32, wavelengthsMM: (1.5 * spacing)...(2.1 * spacing))
        let bend = WarpField(&random, amplitudeMM: 4, wavelengthsMM: 28...70)
        let depth = WaveField(&random, count: 8, wavelengthsMM: 22...60)
        let minorDepth = WaveField(&random, count: 8, wavelengthsMM: 18...40)
        let leafBend = WaveField(&random, count: 8, wavelengthsMM: 18...50)
        let depths = plan.sulcusDepthMM
        let (shallow, deep) = (Float(depths.lowerBound), Float(depths.upperBound))
        let step = Float(plan.latticeMM)
        let half = SIMD3<Float>(78, 98, 76) * shape.stretch.max()
        var lattice = FieldLattice<SIMD16<Float>>(
            from: [-half.x, -half.y, -90 * shape.stretch.z], to: half, spacing: step
        ) { p in
            var f = SIMD16<Float>(repeating: 20)
            let far = p / (shape.stretch * SIMD3(80, 100, 86))
            guard (far * far).sum() < 1 else { return f }
            let q = shape.place(p)
            let (hull, cerebellum, stem) = (shape.cerebrum(q), shape.cerebellum(q), shape.stem(q))
            f[Lane.hull] = hull
            f[Lane.cerebellum] = cerebellum
            f[Lane.stem] = stem
            guard min(hull, min(cerebellum, stem)) < 9 else { return f }
            // A fan from the fourth ventricle.
            let fan = atan2(q.z + 34, -(q.y + 30) + 0.25 * abs(q.x))
            f[Lane.leaf] = 24 * fan + 0.011 * q.x * q.x + 2.2 * leafBend(q)
            guard hull < 9 else { return f }
            let (fissure, beyond) = shape.fissure(q)
            f[Lane.fissure] = fissure
            f[Lane.fissureEnd] = beyond
            f[Lane.sylvian] = shape.sylvian(q)
            f[Lane.ventricle] = shape.ventricles(q)
            f[Lane.nuclei] = shape.nuclei(q)
            // Below the outer and the medial surface.
            let core = ramp(1.25 - shape.core(q), 0, 0.5)
            let below = min(-hull, 1.7 * abs(fissure) + 7 + max(beyond, 0)) + 30 * core
            guard below < deep + 12 else { return f }
            let r = max(1 + 0.9 * min(hull, 0) / 64, 0.35)
            let onHull = (q + bend(q)) * (r.squareRoot().squareRoot() / r)
            f[Lane.fold] = major(onHull)
            f[Lane.minor] = minor(onHull)
            f[Lane.foldEnd] = below - mixed(shallow, deep, ramp(depth(q), -1.3, 1.3))
            f[Lane.minorEnd] = below - mixed(-14, shallow - 2, ramp(minorDepth(q), -1.2, 1.4))
            return f
        }
        let turn = 2 * Float.pi
        Self.makeDistances(&lattice, lane: Lane.fold, wave: turn / (2 * spacing))
        Self.makeDistances(&lattice, lane: Lane.minor, wave: turn / (1.8 * spacing))
        fields = lattice
        let thickness = WaveField(&random, count: 8, wavelengthsMM: 30...80)
        let junction = WaveField(&random, count: 8, wavelengthsMM: 25...70)
        let opening = WaveField(&random, count: 16, wavelengthsMM: 17...50)
        let open = random.between(0.3, 0.7)
        local = FieldLattice(from: [-80, -100, -90], to: [80, 100, 80], spacing: 6) { p in
            func within(_ range: ClosedRange<Double>, _ x: Float) -> Float {
                mixed(Float(range.lowerBound), Float(range.upperBound), min(max(x, 0), 1))
            }
            // Walls touch for the most part; fluid gathers where they part.
            let gap = min(max(open + 0.3 * opening(p), 0), 1)
            return [
                within(plan.cortexMM, 0.5 + 0.35 * thickness(p)), within(plan.junctionMM, 0.4 + 0.35 * junction(p)),
                within(plan.sulcusWidthMM, gap * gap) / 2, 0,
            ]
        }
    }

    func read<Result>(_ body: (Reader) -> Result) -> Result {
        fields.read { fields in
            local.read { body(Reader(fields: fields, local: $0, folia: folia)) }
        }
    }

    func outline(_ p: SIMD3<Float>) -> Float { shape.outline(shape.place(p)) }

    /// Turns a field into a signed distance from its zero set: exact for a single wave, bounded by a quarter of it.
    private static func makeDistances(_ lattice: inout FieldLattice<SIMD16<Float>>, lane: Int, wave: Float) {
        let n = lattice.shape
        let (sx, sy) = (n.y * n.z, n.z)
        let scale = 1 / (2 * lattice.spacing)
        let values = lattice.nodes.map { $0[lane] }
        values.withUnsafeBufferPointer { v in
            lattice.nodes.withUnsafeMutableBufferPointer { nodes in
                for i in 1..<(n.x - 1) {
                    for j in 1..<(n.y - 1) {
                        for at in (i * sx + j * sy + 1)..<(i * sx + (j + 1) * sy - 1) where v[at] != 20 {
                            func slope(_ step: Int) -> Float {
                                let (a, b) = (v[at - step], v[at + step])
                                if a != 20, b != 20 { return (b - a) * scale }
                                return a != 20 ? (v[at] - a) * 2 * scale : b != 20 ? (b - v[at]) * 2 * scale : 0
                            }
                            let (x, y, z) = (slope(sx), slope(sy), slope(1))
                            let length = (x * x + y * y + z * z).squareRoot()
                            nodes[at][lane] = arc(wave * v[at], max(length, 1e-4)) / wave
                        }
                    }
                }
            }
        }
    }

    /// The angle whose tangent is y / x, x above 0, to about 0.005.
    @inline(__always) private static func arc(_ y: Float, _ x: Float) -> Float {
        let a = abs(y)
        let t = a > x ? x / a : a / x
        let small = t * (0.785398 + 0.273 * (1 - t))
        let angle = a > x ? .pi / 2 - small : small
        return y < 0 ? -angle : angle
    }

    struct Reader: BrainReader {
        let fields: FieldLattice<SIMD16<Float>>.Reader
        let local: FieldLattice<SIMD4<Float>>.Reader
        let folia: Float

        func isCerebrum(_ p: SIMD3<Float>) -> Bool {
            let f = fields.sample(p)
            return f[Lane.hull] < -1 && f[Lane.hull] < f[Lane.cerebellum] && f[Lane.stem] > 3 && f[Lane.nuclei] > 3
        }

        @inline(__always) func shares(_ p: SIMD3<Float>, width: Float) -> Shares {
            let f = fields.sample(p)
            let l = local.sample(p)
            var result = Shares.zero
            if f[Lane.cerebellum] < f[Lane.hull] {
                result = leaves(f, width)
            } else {
                result = cerebrum(f, l, width)
            }
            let stem = share(-f[Lane.stem], over: width + 0.5)
            if stem > 0 {
                result.lay(.white, stem)
                // Its inside is not as pure as the hemispheres'.
                result.move(0.18, of: .white, to: .nuclei)
            }
            let fluid = share(-f[Lane.ventricle], over: width + 0.4)
            if fluid > 0 { result.lay(.fluid, fluid) }
            return result
        }

        @inline(__always) private func cerebrum(_ f: SIMD16<Float>, _ l: SIMD4<Float>, _ width: Float) -> Shares {
            @inline(__always) func sheet(_ d: Float, _ end: Float) -> Float {
                let beyond = max(end, 0)
                return (d * d + beyond * beyond).squareRoot()
            }
            let half = l.z
            let fold = sheet(f[Lane.fold], f[Lane.foldEnd])
            let minor = sheet(f[Lane.minor], f[Lane.minorEnd])
            let fissure = sheet(f[Lane.fissure], f[Lane.fissureEnd])
            // Sulci open towards the surface.
            let wide = half * (0.8 + 1.3 * ramp(f[Lane.hull], -9, 0.5))
            var tissue = share(-f[Lane.hull], over: width)
            tissue *= 1 - sheetShare(fold, half: wide, width: width)
            tissue *= 1 - sheetShare(minor, half: wide * 0.8, width: width)
            tissue *= 1 - sheetShare(fissure, half: half + 0.3, width: width)
            tissue *= 1 - sheetShare(f[Lane.sylvian], half: half + 0.5, width: width)
            let depth = min(
                min(min(-f[Lane.hull], fold - wide), min(minor - wide * 0.8, fissure - half - 0.3)),
                f[Lane.sylvian] - half - 0.5)
            // The corpus callosum has no cortex.
            let bare = ramp(f[Lane.fissureEnd], -3.5, -1.5) * (1 - ramp(abs(f[Lane.fissure]), 3, 5))
            let thickness = l.x * (1 - bare)
            let white = share(depth - thickness, over: (width * width + l.y * l.y).squareRoot() * 1.2)
            var result = Shares.zero
            result[Tissue.fluid] = 1 - tissue
            result[Tissue.cortex] = tissue * (1 - white)
            result[Tissue.white] = tissue * white
            let nuclei = share(-f[Lane.nuclei], over: width + 0.8) * 0.9
            if nuclei > 0 { result.move(nuclei, of: .white, to: .nuclei) }
            return result
        }

        @inline(__always) private func leaves(_ f: SIMD16<Float>, _ width: Float) -> Shares {
            let inside = -f[Lane.cerebellum]
            let u = f[Lane.leaf] / folia
            let across = abs(u - u.rounded(.toNearestOrEven)) * folia
            let beyond = max(inside - 10, 0)
            let leaf = (across * across + beyond * beyond).squareRoot()
            let tissue = share(inside, over: width) * (1 - sheetShare(leaf, half: 0.3, width: width))
            let white = share(min(inside, leaf - 0.3) - 1.25, over: width + 0.8)
            var result = Shares.zero
            result[Tissue.fluid] = 1 - tissue
            result[Tissue.cortex] = tissue * (1 - white)
            result[Tissue.white] = tissue * white
            return result
        }
    }
}
