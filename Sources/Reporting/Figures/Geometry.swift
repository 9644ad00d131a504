import Foundation
import Imaging

/// The angle of a cosine in degrees.
func acosDegrees(_ cosine: Double) -> Double { Foundation.acos(cosine) * 180 / .pi }

/// True where both grids have the same shape and put every corner within a hundredth of a voxel of each other.
func isNear(_ a: VoxelGrid, _ b: VoxelGrid, inverse: Affine) -> Bool {
    guard a.shape == b.shape else { return false }
    let n = SIMD3(Double(b.shape.x - 1), Double(b.shape.y - 1), Double(b.shape.z - 1))
    let corners: [SIMD3<Double>] = [[0, 0, 0], [n.x, 0, 0], [0, n.y, 0], [0, 0, n.z]]
    return corners.allSatisfy { corner in
        let off = inverse(a.affineRAS(corner)) - corner
        return (off * off).sum() < 1e-4
    }
}
