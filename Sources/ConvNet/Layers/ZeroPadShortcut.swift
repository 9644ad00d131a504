/// Shortcut A: keeps every stride-th voxel along each axis and appends channels of zeros (He et al. 2016, option A).
package struct ZeroPadShortcut: Sendable {
    let outputChannels: Int
    let stride: Int

    package init(outputChannels: Int, stride: Int) {
        self.outputChannels = outputChannels
        self.stride = stride
    }

    /// - Parameter input: (n, c, d, h, w) with c no larger than `outputChannels`
    /// - Returns: (n, outputChannels, ⌈d/stride⌉, ⌈h/stride⌉, ⌈w/stride⌉)
    package func forward(_ input: Tensor) -> Tensor {
        let channels = input.shape[1]
        precondition(channels <= outputChannels, "shortcut A only adds channels")
        let size = input.spatialShape
        let out = (size &- 1) / SIMD3(repeating: stride) &+ 1
        var result = Tensor(shape: [input.shape[0], outputChannels, out.x, out.y, out.z])
        let length = out.x * out.y * out.z
        result.values.withUnsafeMutableBufferPointer { values in
            for n in 0..<input.shape[0] {
                for channel in 0..<channels {
                    let plane = (n * channels + channel) * input.spatialCount
                    var next = (n * outputChannels + channel) * length
                    for i in 0..<out.x {
                        for j in 0..<out.y {
                            let line = plane + (i * stride * size.y + j * stride) * size.z
                            for k in 0..<out.z {
                                values[next] = input.values[line + k * stride]
                                next += 1
                            }
                        }
                    }
                }
            }
        }
        return result
    }
}
