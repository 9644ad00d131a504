internal import Foundation

/// How much of a brain's structure is fine, along each axis.
///
/// The mean squared bend (second difference) over 2 mm relative to that over 6 mm, noise taken off both. Blurring lowers
/// the first more than the second; slices that were interpolated lower it along one axis, slices that were repeated
/// leave neighbours that are equal.
struct SharpnessFeatures: Sendable, Hashable {
    static let nearMM = 2.0
    static let farMM = 6.0

    /// By axis: x, y, z of the upright head.
    var sharpness: SIMD3<Double> = .zero
    /// Geometric mean.
    var mean: Double { cbrt(sharpness.x * sharpness.y * sharpness.z) }
    /// Least relative to largest.
    var evenness: Double { sharpness.max() > 0 ? sharpness.min() / sharpness.max() : 0 }
    /// Share of voxels that equal their neighbour, along the axis where it is largest.
    var repeatedShare = 0.0

    init(_ core: HeadCore, noise: Double) {
        let spacing = core.scan.grid.spacingMM
        for axis in 0..<3 {
            let near = Self.bend(core, axis, Self.nearMM / spacing[axis]) - 6 * noise * noise
            let far = Self.bend(core, axis, Self.farMM / spacing[axis]) - 6 * noise * noise
            sharpness[axis] = far > 0 ? max(0, near / far) : 0
            repeatedShare = max(repeatedShare, Self.repeated(core, axis))
        }
    }

    /// At a whole number of voxels it is measured, between two it is interpolated.
    private static func bend(_ core: HeadCore, _ axis: Int, _ voxels: Double) -> Double {
        let low = max(1, Int(voxels.rounded(.down)))
        let share = max(0, voxels - Double(low))
        let below = bend(core, axis, low)
        return share < 1e-3 ? below : below + share * (bend(core, axis, low + 1) - below)
    }

    private static func bend(_ core: HeadCore, _ axis: Int, _ lag: Int) -> Double {
        let scan = core.scan
        let stride = [scan.shape.y * scan.shape.z, scan.shape.z, 1][axis] * lag
        var (sum, count) = (0.0, 0)
        scan.voxels.withUnsafeBufferPointer { v in
            core.forEachCell { p in
                var (before, after) = (p, p)
                before[axis] -= lag
                after[axis] += lag
                guard before[axis] >= 0, after[axis] < scan.shape[axis], core.contains(before), core.contains(after)
                else { return }
                let at = scan.grid.offset(p.x, p.y, p.z)
                let d = Double(v[at - stride] - 2 * v[at] + v[at + stride])
                sum += d * d
                count += 1
            }
        }
        return count > 0 ? sum / Double(count) : 0
    }

    private static func repeated(_ core: HeadCore, _ axis: Int) -> Double {
        let scan = core.scan
        let stride = [scan.shape.y * scan.shape.z, scan.shape.z, 1][axis]
        var (same, count) = (0, 0)
        scan.voxels.withUnsafeBufferPointer { v in
            core.forEachCell { p in
                guard p[axis] + 1 < scan.shape[axis] else { return }
                let at = scan.grid.offset(p.x, p.y, p.z)
                if v[at] == v[at + stride] { same += 1 }
                count += 1
            }
        }
        return count > 0 ? Double(same) / Double(count) : 0
    }
}
