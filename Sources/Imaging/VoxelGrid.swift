/// Where the voxels of an image lie: how many there are along each axis, and which point in space each is.
package struct VoxelGrid: Hashable, Sendable, Codable {
    /// Number of voxels along axes 0, 1 and 2.
    package var shape: SIMD3<Int>
    /// Voxel index to RAS millimetres; the centre of voxel (0, 0, 0) is at `affineRAS.translation`.
    package var affineRAS: Affine

    package init(shape: SIMD3<Int>, affineRAS: Affine) {
        self.shape = shape
        self.affineRAS = affineRAS
    }

    package var voxelCount: Int { shape.x * shape.y * shape.z }

    package var spacingMM: SIMD3<Double> { affineRAS.voxelSizesMM }

    /// Offset of a voxel in the volume's storage: axis 2 is contiguous.
    package func offset(_ i: Int, _ j: Int, _ k: Int) -> Int { (i * shape.y + j) * shape.z + k }
}
