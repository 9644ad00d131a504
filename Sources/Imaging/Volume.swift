/// A three-dimensional image: float32 voxels on a grid.
///
/// Voxel (i, j, k) is at `voxels[(i * n1 + j) * n2 + k]`, axis 2 contiguous: the order of a C array and of a network's
/// tensor. NIfTI files hold the first index contiguous; reading and writing transposes.
package struct Volume: Sendable, Hashable {
    package var grid: VoxelGrid
    /// `grid.voxelCount` values.
    package var voxels: [Float]

    package init(grid: VoxelGrid, voxels: [Float]) {
        precondition(voxels.count == grid.voxelCount, "as many voxels as the grid has")
        self.grid = grid
        self.voxels = voxels
    }

    /// A volume of one value.
    package init(grid: VoxelGrid, filledWith value: Float = 0) {
        self.init(grid: grid, voxels: [Float](repeating: value, count: grid.voxelCount))
    }

    package var shape: SIMD3<Int> { grid.shape }

    package subscript(i: Int, j: Int, k: Int) -> Float {
        get { voxels[grid.offset(i, j, k)] }
        set { voxels[grid.offset(i, j, k)] = newValue }
    }
}
