extension Volume {
    /// Each voxel minus the mean of the cube of `2 · radius + 1` voxels around it, cut at the border.
    func minusLocalMean(radius: Int) -> [Float] {
        var mean = voxels
        let strides = [shape.y * shape.z, shape.z, 1]
        for axis in 0..<3 {
            let n = shape[axis]
            var sums = [Double](repeating: 0, count: n + 1)
            let (a, b) = axis == 0 ? (1, 2) : axis == 1 ? (0, 2) : (0, 1)
            mean.withUnsafeMutableBufferPointer { v in
                sums.withUnsafeMutableBufferPointer { sums in
                    for p in 0..<shape[a] {
                        for q in 0..<shape[b] {
                            let start = p * strides[a] + q * strides[b]
                            for r in 0..<n { sums[r + 1] = sums[r] + Double(v[start + r * strides[axis]]) }
                            for r in 0..<n {
                                let (low, high) = (max(0, r - radius), min(n, r + radius + 1))
                                v[start + r * strides[axis]] = Float((sums[high] - sums[low]) / Double(high - low))
                            }
                        }
                    }
                }
            }
        }
        return zip(voxels, mean).map { $0 - $1 }
    }
}
