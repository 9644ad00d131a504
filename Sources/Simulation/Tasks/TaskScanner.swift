internal import Foundation
internal import Imaging

/// What a scanner is pointed at.
struct TaskPicture {
    var grid: VoxelGrid
    var signal: [Float]
    /// 0 for none, k for the k-th label.
    var labels: [UInt8]
    /// 0 in air.
    var regions: [UInt8]
}

/// How a made-up scanner turns a body into an image.
enum TaskScanner {
    /// Normally distributed numbers to draw from by place: cheaper than new ones.
    private static let normals: [Float] = {
        var random = PhantomRandom(seed: 0x7461_736b)
        return (0..<8192).map { _ in random.normal() }
    }()

    /// Computed tomography: tissues with texture, smoothed by the reconstruction, and even noise.
    static func tomography(
        _ canvas: TaskCanvas, texture: Float = 12, _ random: inout PhantomRandom
    ) -> SegmentationTask.Sample {
        sample(
            canvas.picture, texture: texture * random.between(0.6, 1.4), noise: random.between(6, 30), shading: 0,
            gain: random.between(0.97, 1.03), isMagnitude: false, &random)
    }

    /// Magnetic resonance: tissues with texture, shaded by the coil, in the magnitude of noisy signals.
    static func resonance(
        _ canvas: TaskCanvas, texture: Float = 0.05, _ random: inout PhantomRandom
    ) -> SegmentationTask.Sample {
        sample(
            canvas.picture, texture: 500 * texture * random.between(0.6, 1.4), noise: random.between(6, 28),
            shading: random.between(0.05, 0.3), gain: random.between(0.7, 1.5), isMagnitude: true, &random)
    }

    /// - Parameters:
    ///   - texture: standard deviation of what tissue differs from place to place.
    ///   - shading: standard deviation of the coil's sensitivity, relative; 0 for none.
    ///   - isMagnitude: the noise is that of the magnitude of two channels.
    static func sample(
        _ picture: TaskPicture, texture: Float, noise: Float, shading: Float, gain: Float, isMagnitude: Bool,
        _ random: inout PhantomRandom
    ) -> SegmentationTask.Sample {
        let n = picture.grid.shape
        let half = SIMD3(Float(n.x), Float(n.y), Float(n.z)) / 2
        let grain = FieldLattice<SIMD2<Float>>(from: .zero, to: 2 * half, spacing: 4) { _ in
            SIMD2(random.normal() * texture, 0)
        }
        let coil = FieldLattice<SIMD2<Float>>(from: .zero, to: 2 * half, spacing: half.max()) { _ in
            SIMD2(random.normal() * shading, 0)
        }
        let salt = random.next()
        let blurred = random.unit() < 0.5 ? smoothed(picture.signal, n) : picture.signal
        var image = Volume(grid: picture.grid, voxels: blurred)
        image.voxels.withUnsafeMutableBufferPointer { voxels in
            picture.regions.withUnsafeBufferPointer { regions in
                normals.withUnsafeBufferPointer { normals in
                    grain.read { grain in
                        coil.read { coil in
                            var at = 0
                            for i in 0..<n.x {
                                for j in 0..<n.y {
                                    for k in 0..<n.z {
                                        let p = SIMD3(Float(i), Float(j), Float(k))
                                        var value = voxels[at]
                                        if regions[at] != 0 { value += grain.sample(p).x }
                                        value *= gain
                                        if shading > 0 { value *= 1 + coil.sample(p).x }
                                        var h = UInt64(truncatingIfNeeded: at) &* 0x9e37_79b9_7f4a_7c15 &+ salt
                                        h = (h ^ (h >> 30)) &* 0xbf58_476d_1ce4_e5b9
                                        let a = value + normals[Int((h >> 40) & 8191)] * noise
                                        let b = normals[Int((h >> 20) & 8191)] * noise
                                        voxels[at] = isMagnitude ? (a * a + b * b).squareRoot() : a
                                        at += 1
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        let body = picture.regions.map { $0 == 0 ? UInt8(0) : 1 }
        return SegmentationTask.Sample(image: image, labels: picture.labels, body: body)
    }

    /// A quarter, a half and a quarter of neighbours along each axis.
    private static func smoothed(_ values: [Float], _ n: SIMD3<Int>) -> [Float] {
        var (from, to) = (values, values)
        for (stride, count) in [(1, n.z), (n.z, n.y), (n.y * n.z, n.x)] {
            from.withUnsafeBufferPointer { from in
                to.withUnsafeMutableBufferPointer { to in
                    for block in 0..<(from.count / (stride * count)) {
                        for i in 0..<count {
                            let (down, up) = (i == 0 ? 0 : -stride, i == count - 1 ? 0 : stride)
                            let row = (block * count + i) * stride
                            for at in row..<(row + stride) {
                                to[at] = 0.25 * (from[at + down] + from[at + up]) + 0.5 * from[at]
                            }
                        }
                    }
                }
            }
            swap(&from, &to)
        }
        return from
    }
}
