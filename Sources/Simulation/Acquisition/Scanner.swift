internal import Foundation
internal import Imaging

/// Takes an image of painted tissue: brightness, blur, shading, noise, whole numbers.
enum Scanner {
    static func image(_ tissue: TissueImage, _ acquisition: Acquisition, stripped: Bool) -> Volume {
        let grid = tissue.grid
        let intensities = acquisition.contrast.intensities
        var signal = [Float](unsafeUninitializedCapacity: grid.voxelCount) { out, count in
            tissue.shares.withUnsafeBufferPointer { shares in
                for at in 0..<shares.count {
                    out[at] = (Shares(unpacking: shares[at]) * intensities).sum()
                }
            }
            count = grid.voxelCount
        }
        blur(&signal, grid.shape, widthVoxels: acquisition.blurVoxels)
        finish(&signal, tissue, acquisition, stripped)
        return Volume(grid: grid, voxels: signal)
    }

    /// Three taps along each axis that blur like a Gaussian of that width.
    static func blur(_ v: inout [Float], _ n: SIMD3<Int>, widthVoxels: Double) {
        // The variance of taps a, 1 - 2a, a is 2a.
        let a = Float(min(widthVoxels * widthVoxels / 5.545 / 2, 0.25))
        guard a > 0.001 else { return }
        let (sx, sy) = (n.y * n.z, n.z)
        v.withUnsafeMutableBufferPointer { v in
            for row in 0..<(n.x * n.y) {
                let line = v.baseAddress! + row * n.z
                var before = line[0]
                for k in 0..<(n.z - 1) {
                    let now = line[k]
                    line[k] = now + a * (before + line[k + 1] - 2 * now)
                    before = now
                }
            }
            withUnsafeTemporaryAllocation(of: Float.self, capacity: sx) { before in
                /// Along an axis whose steps are whole rows or planes.
                func slide(_ start: UnsafeMutablePointer<Float>, _ steps: Int, _ size: Int) {
                    for at in 0..<size { before[at] = start[at] }
                    for step in 0..<(steps - 1) {
                        let line = start + step * size
                        for at in 0..<size {
                            let now = line[at]
                            line[at] = now + a * (before[at] + line[at + size] - 2 * now)
                            before[at] = now
                        }
                    }
                }
                for i in 0..<n.x { slide(v.baseAddress! + i * sx, n.y, sy) }
                slide(v.baseAddress!, n.x, sx)
            }
        }
    }

    private static func finish(
        _ v: inout [Float], _ tissue: TissueImage, _ acquisition: Acquisition, _ stripped: Bool
    ) {
        var random = PhantomRandom(seed: acquisition.seed, part: "scanner")
        let slow = WaveField(&random, count: 8, wavelengthsMM: 170...420)
        let amplitude = Float(acquisition.shading) / 1.6
        let gain = FieldLattice<SIMD2<Float>>(from: [-130, -150, -210], to: [130, 150, 130], spacing: 20) { p in
            [exp(amplitude * slow(p)), 0]
        }
        let noise = ScannerNoise(seed: random.next(), sd: Float(acquisition.noise * acquisition.scale))
        let scale = Float(acquisition.scale)
        let (grid, n) = (tissue.grid, tissue.grid.shape)
        let step = SIMD3<Float>(grid.affineRAS.column2)
        let ghost = Float(acquisition.ghost)
        // A ghost is the image half a field of view away.
        let source = ghost > 0 ? v : []
        gain.read { gain in
            v.withUnsafeMutableBufferPointer { v in
                tissue.brain.withUnsafeBufferPointer { brain in
                    var at = 0
                    for i in 0..<n.x {
                        for j in 0..<n.y {
                            let row = SIMD3<Float>(grid.affineRAS([Double(i), Double(j), 0]))
                            let other = ghost > 0 ? (i * n.y + (j + n.y / 2) % n.y) * n.z : 0
                            // Shading is so smooth that every fourth voxel is enough.
                            var (here, slope) = (gain.sample(row).x, Float(0))
                            for k in 0..<n.z {
                                if k & 3 == 0 {
                                    let next = gain.sample(row + step * Float(k + 4)).x
                                    if k > 0 { here = gain.sample(row + step * Float(k)).x }
                                    slope = (next - here) / 4
                                }
                                if stripped, brain[at] == 0 {
                                    v[at] = 0
                                } else {
                                    var s = v[at]
                                    if ghost > 0 { s += ghost * source[other + k] }
                                    s *= scale * (here + slope * Float(k & 3))
                                    let (a, b) = noise.pair(at)
                                    s = ((s + a) * (s + a) + b * b).squareRoot().rounded()
                                    v[at] = stripped ? max(s, 1) : s
                                }
                                at += 1
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Normally distributed numbers by place: the order of computation does not matter.
struct ScannerNoise {
    private let table: [Float]
    private let seed: UInt64

    init(seed: UInt64, sd: Float) {
        self.seed = seed
        var random = PhantomRandom(seed: seed ^ 0x6e6f_6973_65)
        table = (0..<8192).map { _ in random.normal() * sd }
    }

    @inline(__always) func pair(_ at: Int) -> (Float, Float) {
        var h = UInt64(truncatingIfNeeded: at) &* 0x9e37_79b9_7f4a_7c15 &+ seed
        h = (h ^ (h >> 30)) &* 0xbf58_476d_1ce4_e5b9
        h = (h ^ (h >> 27)) &* 0x94d0_49bb_1331_11eb
        h ^= h >> 31
        return (table[Int(h & 8191)], table[Int((h >> 20) & 8191)])
    }
}
