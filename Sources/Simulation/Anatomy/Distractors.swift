internal import Imaging

/// What a healthy brain has too: spots in the white matter, caps at the ventricles, fluid along vessels.
struct Distractors: Sendable {
    struct Blob: Sendable {
        var centre: SIMD3<Float>
        /// Axis along which it is long, of length 1, and how much longer.
        var axis: SIMD3<Float>
        var length: Float
        var radius: Float
        var strength: Float
        var tissue: Tissue
    }

    let blobs: [Blob]

    init(_ anatomy: some BrainAnatomy, _ plan: AnatomyPlan, seed: UInt64) {
        var random = PhantomRandom(seed: seed, part: "distractors")
        let burden = random.unit()
        let spots = Int(Float(plan.spots) * burden * burden + 0.5)
        let spaces = Int(Float(plan.perivascularSpaces) * random.unit())
        var blobs: [Blob] = []
        anatomy.read { reader in
            func direction() -> SIMD3<Float> {
                let v = SIMD3(random.normal(), random.normal(), random.normal())
                return v / ((v * v).sum().squareRoot() + 1e-4)
            }
            func white() -> SIMD3<Float>? {
                for _ in 0..<60 {
                    let p = SIMD3(random.between(-50, 50), random.between(-65, 65), random.between(-15, 48))
                    if reader.shares(p * anatomy.stretch, width: 3)[Tissue.white] > 0.9 { return p * anatomy.stretch }
                }
                return nil
            }
            for _ in 0..<spots {
                // Most are small.
                let size = random.unit()
                let radius =
                    Float(plan.spotMM.lowerBound)
                    + size * size * Float(plan.spotMM.upperBound - plan.spotMM.lowerBound)
                let (axis, length, strength) = (direction(), random.between(1, 2.2), random.between(0.3, 1))
                guard let centre = white() else { continue }
                blobs.append(
                    Blob(
                        centre: centre, axis: axis, length: length, radius: radius, strength: strength, tissue: .gliosis
                    ))
            }
            for _ in 0..<spaces {
                let (axis, length) = (direction(), random.between(2.5, 6))
                let (radius, strength) = (random.between(0.5, 1.1), random.between(0.3, 0.8))
                guard let centre = white() else { continue }
                blobs.append(
                    Blob(
                        centre: centre, axis: axis, length: length, radius: radius, strength: strength, tissue: .fluid))
            }
            for place in [SIMD3<Float>(13, 37, 8), [20, -43, 8]] {
                // From nothing to a broad cap, each side for itself: what a brain holds of such tissue in all says little.
                for side in [Float(1), -1] {
                    blobs.append(
                        Blob(
                            centre: place * [side, 1, 1] * anatomy.stretch, axis: [0, 1, 0], length: 1.3,
                            radius: random.between(2, 9), strength: random.between(0, 1), tissue: .gliosis))
                }
            }
        }
        self.blobs = blobs
    }

    /// Puts all of them into a painted image: white matter gives way.
    func paint(_ image: inout TissueImage) {
        guard let toVoxel = image.grid.affineRAS.inverse else { return }
        let n = image.grid.shape
        let (map, width) = (image.grid.affineRAS, Float(image.grid.spacingMM.max()))
        let spacing = image.grid.spacingMM
        for blob in blobs {
            let reach = Double(blob.radius * blob.length + width + 1.5)
            let middle = toVoxel(SIMD3<Double>(blob.centre))
            let steps = reach / spacing
            let low = (middle - steps).rounded(.up)
            let high = (middle + steps).rounded(.down)
            let (a, b) = (SIMD3<Int>(truncating: low, n), SIMD3<Int>(truncating: high, n))
            guard a.x <= b.x, a.y <= b.y, a.z <= b.z else { continue }
            let soft = max(width, blob.tissue == .gliosis ? blob.radius * 0.7 : 0.5)
            // What is thinner than a voxel fills only part of it.
            let filled = min(1, (2 * blob.radius / width) * (2 * blob.radius / width)) * blob.strength
            for i in a.x...b.x {
                for j in a.y...b.y {
                    for k in a.z...b.z {
                        let d = SIMD3<Float>(map([Double(i), Double(j), Double(k)])) - blob.centre
                        let along = (d * blob.axis).sum() / blob.length
                        let across = (d * d).sum() - (along * blob.length) * (along * blob.length)
                        let distance = (max(across, 0) + along * along).squareRoot() - blob.radius
                        let share = filled * share(-distance, over: soft)
                        if share > 0 {
                            image.change(image.grid.offset(i, j, k)) { $0.move(share, of: .white, to: blob.tissue) }
                        }
                    }
                }
            }
        }
    }
}

extension SIMD3<Int> {
    /// A place among `n` voxels.
    init(truncating p: SIMD3<Double>, _ n: SIMD3<Int>) {
        self.init(
            Swift.min(Swift.max(Int(p.x), 0), n.x - 1), Swift.min(Swift.max(Int(p.y), 0), n.y - 1),
            Swift.min(Swift.max(Int(p.z), 0), n.z - 1))
    }
}
