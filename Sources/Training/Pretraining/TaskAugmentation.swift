internal import ConvNet
internal import Foundation
internal import Imaging

/// How one image is turned, scaled, mirrored and brightened before a step.
struct TaskAugmentation: Sendable {
    /// From a place of the result, in voxels from the middle, to one of the source.
    private let rows: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>)
    private let gain, offset: Float

    /// Nothing is changed.
    static let none = TaskAugmentation(rows: ([1, 0, 0], [0, 1, 0], [0, 0, 1]), gain: 1, offset: 0)

    private init(rows: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>), gain: Float, offset: Float) {
        (self.rows, self.gain, self.offset) = (rows, gain, offset)
    }

    init(_ plan: PretrainingPlan, _ random: inout SeededGenerator) {
        func even(_ half: Double) -> Double { (2 * random.uniform() - 1) * half }
        let turn = Affine.turn(
            degrees: [even(plan.rotationDegrees), even(plan.rotationDegrees), even(plan.rotationDegrees)])
        let size = 1 + even(plan.scaling)
        let mirror: Double = plan.mirrored && random.uniform() < 0.5 ? -1 : 1
        func row(_ axis: Int, _ sign: Double) -> SIMD3<Float> {
            SIMD3(Float(turn.column0[axis]), Float(turn.column1[axis]), Float(turn.column2[axis])) * Float(size * sign)
        }
        rows = (row(0, mirror), row(1, 1), row(2, 1))
        gain = Float(1 + even(plan.intensity))
        offset = Float(even(plan.intensity))
    }

    /// Writes the changed image, read trilinearly, and the changed labels, those of the nearest voxel.
    ///
    /// Background, which is exactly 0, and what lies outside stay 0.
    func apply(
        _ image: TaskImage, shape n: SIMD3<Int>, values out: UnsafeMutablePointer<Float>,
        labels outLabels: UnsafeMutablePointer<UInt8>
    ) {
        let middle = SIMD3(Float(n.x - 1), Float(n.y - 1), Float(n.z - 1)) / 2
        let step = SIMD3(rows.0.z, rows.1.z, rows.2.z)
        let last = SIMD3(Float(n.x - 1), Float(n.y - 1), Float(n.z - 1))
        let (sx, sy) = (n.y * n.z, n.z)
        image.values.withUnsafeBufferPointer { values in
            image.labels.withUnsafeBufferPointer { labels in
                var at = 0
                for i in 0..<n.x {
                    for j in 0..<n.y {
                        let d = SIMD3(Float(i), Float(j), 0) - middle
                        let start = SIMD3((rows.0 * d).sum(), (rows.1 * d).sum(), (rows.2 * d).sum()) + middle
                        for k in 0..<n.z {
                            defer { at += 1 }
                            let p = start + step * Float(k)
                            guard all(p .>= 0), all(p .<= last) else {
                                out[at] = 0
                                outLabels[at] = 0
                                continue
                            }
                            let (a, b, c) = (
                                min(Int(p.x), n.x - 2), min(Int(p.y), n.y - 2), min(Int(p.z), n.z - 2)
                            )
                            let (u, v, w) = (p.x - Float(a), p.y - Float(b), p.z - Float(c))
                            let from = values.baseAddress! + (a * sx + b * sy + c)
                            let low = SIMD4<Float>(
                                Float(from[0]), Float(from[sy]), Float(from[sx]), Float(from[sx + sy]))
                            let high = SIMD4<Float>(
                                Float(from[1]), Float(from[sy + 1]), Float(from[sx + 1]), Float(from[sx + sy + 1]))
                            let lines = low + (high - low) * w
                            let plane = lines.evenHalf + (lines.oddHalf - lines.evenHalf) * v
                            let value = (plane.x + (plane.y - plane.x) * u) * TaskImage.unit
                            out[at] = value == 0 ? 0 : value * gain + offset
                            let near =
                                (a + (u < 0.5 ? 0 : 1)) * sx + (b + (v < 0.5 ? 0 : 1)) * sy + c + (w < 0.5 ? 0 : 1)
                            outLabels[at] = labels[near]
                        }
                    }
                }
            }
        }
    }
}
