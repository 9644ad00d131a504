package import ConvNet
package import Imaging

/// A stage's map as computed: signed, one value per cell, each at the place it looks at.
package struct RawMap: Sendable, Hashable {
    /// Shape is that of the stage. Cell i lies at prepared voxel stride · i, the centre of its receptive field: half-pixel
    /// placement would put it up to 15.5 voxels away.
    package var volume: Volume
    package var stage: Architecture.Stage

    package init(volume: Volume, stage: Architecture.Stage = .layer4) {
        self.volume = volume
        self.stage = stage
    }

    /// - Parameters:
    ///   - map: (1, 1, a, b, c)
    ///   - prepared: the grid of the network's input.
    ///   - stride: prepared voxels from one cell to the next.
    package init(
        map: Tensor, prepared: VoxelGrid, stride: SIMD3<Int>, stage: Architecture.Stage = .layer4
    ) {
        precondition(map.shape.count == 5 && map.shape[0] == 1 && map.shape[1] == 1, "one map of one channel")
        let affine = prepared.affineRAS
        let grid = VoxelGrid(
            shape: SIMD3(map.shape[2], map.shape[3], map.shape[4]),
            affineRAS: Affine(
                column0: affine.column0 * Double(stride.x), column1: affine.column1 * Double(stride.y),
                column2: affine.column2 * Double(stride.z), translation: affine.translation))
        self.init(volume: Volume(grid: grid, voxels: map.values), stage: stage)
    }

    /// The mean of maps on one grid.
    package static func mean(of maps: [RawMap]) -> RawMap {
        precondition(!maps.isEmpty && maps.allSatisfy { $0.volume.grid == maps[0].volume.grid }, "maps on one grid")
        let voxels = maps[0].volume.voxels.indices.map { cell in
            Float(maps.reduce(0.0) { $0 + Double($1.volume.voxels[cell]) } / Double(maps.count))
        }
        return RawMap(volume: Volume(grid: maps[0].volume.grid, voxels: voxels), stage: maps[0].stage)
    }

    /// The map without its negative part, which speaks against FCD.
    package var rectified: RawMap {
        RawMap(volume: Volume(grid: volume.grid, voxels: volume.voxels.map { max($0, 0) }), stage: stage)
    }
}
