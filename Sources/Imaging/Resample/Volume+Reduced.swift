extension Volume {
    /// The mean of blocks of voxels, for questions that need no detail; what is left over at the far ends is dropped.
    ///
    /// - Parameter voxelMM: the wanted voxel side; each axis is reduced by the whole number that comes nearest.
    func reduced(toVoxelMM voxelMM: Double) -> (volume: Volume, factor: SIMD3<Int>) {
        let spacing = grid.spacingMM
        var factor: SIMD3<Int> = [1, 1, 1]
        for axis in 0..<3 {
            factor[axis] = min(max(1, Int((voxelMM / spacing[axis]).rounded())), shape[axis])
        }
        if factor == [1, 1, 1] { return (self, factor) }
        let n: SIMD3<Int> = [shape.x / factor.x, shape.y / factor.y, shape.z / factor.z]
        let f = SIMD3<Double>(Double(factor.x), Double(factor.y), Double(factor.z))
        let affine = grid.affineRAS
        let reducedAffine = Affine(
            column0: affine.column0 * f.x, column1: affine.column1 * f.y, column2: affine.column2 * f.z,
            translation: affine((f - 1) / 2))
        var sums = [Float](repeating: 0, count: n.x * n.y * n.z)
        voxels.withUnsafeBufferPointer { v in
            sums.withUnsafeMutableBufferPointer { s in
                for i in 0..<(n.x * factor.x) {
                    for j in 0..<(n.y * factor.y) {
                        let row = (i * shape.y + j) * shape.z
                        let to = ((i / factor.x) * n.y + j / factor.y) * n.z
                        for k in 0..<n.z {
                            var sum: Float = 0
                            for d in 0..<factor.z { sum += v[row + k * factor.z + d] }
                            s[to + k] += sum
                        }
                    }
                }
                let scale = 1 / Float(factor.x * factor.y * factor.z)
                for i in 0..<s.count { s[i] *= scale }
            }
        }
        return (Volume(grid: VoxelGrid(shape: n, affineRAS: reducedAffine), voxels: sums), factor)
    }
}
