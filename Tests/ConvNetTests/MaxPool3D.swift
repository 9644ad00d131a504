import ConvNet

/// Max-pooling by its definition, window by window: slow, and what the fast one is compared with. NaN wins, as in PyTorch.
struct MaxPool3D {
    let kernel: Int
    let stride: Int
    let padding: Int

    /// - Parameter input: (n, c, d, h, w)
    /// - Returns: the pooled tensor, and for each of its values the offset of the first largest voxel within its channel.
    func naive(_ input: Tensor) -> (output: Tensor, index: [Int]) {
        let size = SIMD3(input.shape[2], input.shape[3], input.shape[4])
        let window = SIMD3(repeating: kernel)
        let out = ConvolutionGeometry(
            kernel: window, stride: SIMD3(repeating: stride), padding: SIMD3(repeating: padding)
        ).outputShape(of: size)
        let voxels = size.x * size.y * size.z
        var result = Tensor(shape: [input.shape[0], input.shape[1], out.x, out.y, out.z])
        var index: [Int] = []
        for plane in 0..<(input.shape[0] * input.shape[1]) {
            for i in 0..<out.x {
                for j in 0..<out.y {
                    for k in 0..<out.z {
                        var largest: (value: Float, offset: Int)?
                        for a in range(i, size.x) {
                            for b in range(j, size.y) {
                                for c in range(k, size.z) {
                                    let offset = (a * size.y + b) * size.z + c
                                    let value = input.values[plane * voxels + offset]
                                    if largest.map({ value > $0.value || value.isNaN }) ?? true {
                                        largest = (value, offset)
                                    }
                                }
                            }
                        }
                        result.values[index.count] = largest!.value
                        index.append(largest!.offset)
                    }
                }
            }
        }
        return (result, index)
    }

    /// Input positions under the window at output position `o` of an axis.
    private func range(_ o: Int, _ length: Int) -> Range<Int> {
        let begin = o * stride - padding
        return max(begin, 0)..<min(begin + kernel, length)
    }
}
