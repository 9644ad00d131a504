extension Conv3D {
    /// The same convolution by its definition, accumulated in double: slow, and what `forward` is tested against.
    ///
    /// - Parameter input: (n, inputChannels, d, h, w)
    /// - Returns: (n, outputChannels, d', h', w') with bias, without shortcut and ReLU.
    package func naive(_ input: Tensor) -> Tensor {
        let size = input.spatialShape
        let out = geometry.outputShape(of: size)
        var result = Tensor(shape: [input.shape[0], outputChannels, out.x, out.y, out.z])
        var next = 0
        for n in 0..<input.shape[0] {
            for channel in 0..<outputChannels {
                for i in 0..<out.x {
                    for j in 0..<out.y {
                        for k in 0..<out.z {
                            let corner = SIMD3(i, j, k) &* geometry.stride &- geometry.padding
                            result.values[next] = Float(Double(bias[channel]) + window(input, size, n, channel, corner))
                            next += 1
                        }
                    }
                }
            }
        }
        return result
    }

    /// Sum of products of one kernel and the input under it; `corner` is the input voxel under its first tap.
    private func window(_ input: Tensor, _ size: SIMD3<Int>, _ n: Int, _ channel: Int, _ corner: SIMD3<Int>) -> Double {
        var sum = 0.0
        for from in 0..<inputChannels {
            for a in 0..<geometry.kernel.x {
                for b in 0..<geometry.kernel.y {
                    for c in 0..<geometry.kernel.z {
                        let at = corner &+ SIMD3(a, b, c) &* geometry.dilation
                        guard all(at .>= 0) && all(at .< size) else { continue }
                        let x = (((n * inputChannels + from) * size.x + at.x) * size.y + at.y) * size.z + at.z
                        let w =
                            (((channel * inputChannels + from) * geometry.kernel.x + a) * geometry.kernel.y + b)
                            * geometry.kernel.z + c
                        sum += Double(input.values[x]) * Double(weight[w])
                    }
                }
            }
        }
        return sum
    }
}
