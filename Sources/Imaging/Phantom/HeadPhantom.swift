internal import Foundation

/// A made-up head for demonstrations and tests: ellipsoids and waves, no person.
///
/// Skin, skull, cerebrospinal fluid, a folded cortex, white matter, ventricles, deep nuclei, cerebellum, a plain face
/// without features, neck and air noise, in T1-weighted or FLAIR-like contrast. Sizes, folds, coil shading and noise
/// follow from the seed; the same seed makes the same voxels on every machine with the same mathematics library. The
/// middle of the brain is at the scanner's origin, the head upright in RAS; the grid may lie anyhow.
package struct HeadPhantom: Sendable, Hashable {
    package enum Contrast: String, Sendable, Codable, CaseIterable {
        case t1Like, flairLike
    }

    package var contrast: Contrast
    package var seed: UInt64
    /// Centre of a ball of 10 mm with the look of a cortical dysplasia (blurred border, bright on FLAIR), RAS mm.
    package var lesionAt: SIMD3<Double>?
    /// True for the brain alone on a background of 0.
    package var stripped: Bool

    package static let lesionRadiusMM = 10.0

    package init(
        contrast: Contrast = .t1Like, seed: UInt64 = 1, lesionAt: SIMD3<Double>? = nil, stripped: Bool = false
    ) {
        self.contrast = contrast
        self.seed = seed
        self.lesionAt = lesionAt
        self.stripped = stripped
    }

    /// A grid of 1 mm that holds the whole phantom: 176 × 224 × 224 voxels, RAS.
    package static let standardGrid = VoxelGrid(
        shape: [176, 224, 224], affineRAS: Affine(spacing: .one, origin: [-87.5, -105, -135]))

    /// The phantom on a grid; see the properties of the same names.
    package static func make(
        grid: VoxelGrid = standardGrid, modality: Contrast = .t1Like, seed: UInt64 = 1, lesionAt: SIMD3<Double>? = nil,
        stripped: Bool = false
    ) -> Volume {
        HeadPhantom(contrast: modality, seed: seed, lesionAt: lesionAt, stripped: stripped).volume(on: grid)
    }

    /// Whole, non-negative intensities, as a scanner stores them.
    package func volume(on grid: VoxelGrid) -> Volume {
        let anatomy = PhantomAnatomy(self)
        let noise = PhantomNoise(seed: seed)
        let n = grid.shape
        let affine = grid.affineRAS
        let voxels = [Float](unsafeUninitializedCapacity: grid.voxelCount) { out, count in
            var at = 0
            for i in 0..<n.x {
                for j in 0..<n.y {
                    let row = affine([Double(i), Double(j), 0])
                    for k in 0..<n.z {
                        let p = row + affine.column2 * Double(k)
                        let signal = anatomy.signal(SIMD3<Float>(p))
                        let (a, b) = noise.pair(at)
                        // The magnitude of a complex signal with noise in both parts.
                        let magnitude = ((signal + a) * (signal + a) + b * b).squareRoot()
                        out[at] = signal == 0 && stripped ? 0 : magnitude.rounded()
                        at += 1
                    }
                }
            }
            count = at
        }
        return Volume(grid: grid, voxels: voxels)
    }
}

/// Normally distributed numbers by place, so that the order of computation does not matter.
struct PhantomNoise {
    /// Standard deviation, in the intensity units of the phantom.
    static let sd: Float = 11
    private let table: [Float]
    private let seed: UInt64

    init(seed: UInt64) {
        self.seed = seed
        var state = PhantomRandom(seed: seed ^ 0x6e6f_6973_65)
        table = (0..<8192).map { _ in state.normal() * Self.sd }
    }

    @inline(__always)
    func pair(_ at: Int) -> (Float, Float) {
        var h = UInt64(truncatingIfNeeded: at) &* 0x9e37_79b9_7f4a_7c15 &+ seed
        h = (h ^ (h >> 30)) &* 0xbf58_476d_1ce4_e5b9
        h ^= h >> 27
        return (table[Int(h & 8191)], table[Int((h >> 20) & 8191)])
    }
}

/// Splitmix64: a small seeded source of random numbers.
package struct PhantomRandom: Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// From 0 up to 1.
    package mutating func unit() -> Float { Float(next() >> 40) / Float(1 << 24) }

    package mutating func between(_ low: Float, _ high: Float) -> Float { low + (high - low) * unit() }

    package mutating func normal() -> Float {
        let radius = (-2 * log(max(unit(), 1e-7))).squareRoot()
        return radius * cos(2 * .pi * unit())
    }
}
