extension Volume {
    /// The same image with its axes flipped and permuted so that the grid has this orientation.
    ///
    /// No voxel changes its value or its place in the world: the affine follows.
    package func reoriented(to target: Orientation) -> Volume {
        guard let source = Orientation(grid.affineRAS) else {
            preconditionFailure("a volume's affine is invertible")
        }
        if source == target { return self }
        // For each new axis: the old axis it is, and whether it runs the other way.
        var from = SIMD3<Int>(repeating: 0)
        var flipped = [false, false, false]
        for new in 0..<3 {
            for old in 0..<3 where source.worldAxis[old] == target.worldAxis[new] {
                from[new] = old
                flipped[new] = source.sign[old] != target.sign[new]
            }
        }
        let columns = [grid.affineRAS.column0, grid.affineRAS.column1, grid.affineRAS.column2]
        let strides: SIMD3<Int> = [shape.y * shape.z, shape.z, 1]
        var newShape = SIMD3<Int>(repeating: 0)
        var newColumns = columns
        var newStrides = SIMD3<Int>(repeating: 0)
        var start = 0
        var origin = grid.affineRAS.translation
        for new in 0..<3 {
            let old = from[new]
            newShape[new] = shape[old]
            newColumns[new] = flipped[new] ? -columns[old] : columns[old]
            newStrides[new] = flipped[new] ? -strides[old] : strides[old]
            if flipped[new] {
                start += strides[old] * (shape[old] - 1)
                origin += columns[old] * Double(shape[old] - 1)
            }
        }
        let affine = Affine(
            column0: newColumns[0], column1: newColumns[1], column2: newColumns[2], translation: origin)
        return Volume(
            grid: VoxelGrid(shape: newShape, affineRAS: affine), voxels: gathered(newShape, newStrides, start))
    }

    /// The same image with axis 0 growing to the right, 1 forward and 2 up, as nearly as flips and permutations can.
    package func canonicalRAS() -> Volume { reoriented(to: .ras) }

    /// Voxels read with other strides, in blocks so that both sides stay in the cache.
    private func gathered(_ n: SIMD3<Int>, _ stride: SIMD3<Int>, _ start: Int) -> [Float] {
        let block = 16
        return voxels.withUnsafeBufferPointer { source in
            [Float](unsafeUninitializedCapacity: n.x * n.y * n.z) { out, count in
                for i0 in Swift.stride(from: 0, to: n.x, by: block) {
                    for j0 in Swift.stride(from: 0, to: n.y, by: block) {
                        for k0 in Swift.stride(from: 0, to: n.z, by: block) {
                            for i in i0..<min(i0 + block, n.x) {
                                for j in j0..<min(j0 + block, n.y) {
                                    let to = (i * n.y + j) * n.z
                                    let at = start + i * stride.x + j * stride.y
                                    for k in k0..<min(k0 + block, n.z) { out[to + k] = source[at + k * stride.z] }
                                }
                            }
                        }
                    }
                }
                count = n.x * n.y * n.z
            }
        }
    }
}
