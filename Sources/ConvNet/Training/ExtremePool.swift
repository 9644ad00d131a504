/// Max-pool behind batch norm and ReLU, done on what enters the norm.
///
/// Norm and ReLU never turn the order of two values round but as the sign of the norm's factor says. So the place of the
/// maximum is known before either is computed, and neither is ever computed for the other voxels.
package struct ExtremePool {
    package let geometry: ConvolutionGeometry
    private let kernel: Int
    private let stride: Int
    private let padding: Int

    /// - Precondition: a cubic window with the same stride along all axes, no dilation, at most 256 taps.
    package init(_ geometry: ConvolutionGeometry) {
        precondition(geometry.taps <= 256 && geometry.dilation == SIMD3(repeating: 1), "a small dense window")
        self.geometry = geometry
        (kernel, stride, padding) = (geometry.kernel.x, geometry.stride.x, geometry.padding.x)
        precondition(
            geometry.kernel == SIMD3(repeating: kernel) && geometry.stride == SIMD3(repeating: stride)
                && geometry.padding == SIMD3(repeating: padding) && padding <= kernel / 2, "the same along all axes")
    }

    /// The value of z under each window that is largest behind the norm, the first of equals, and its tap.
    ///
    /// - Parameters:
    ///   - factor: the norm's; its sign alone counts.
    ///   - taps: one byte for each value of `pooled`.
    package func forward(
        _ z: Activations, factor: ChannelValues, into pooled: Activations, taps: UnsafeMutablePointer<UInt8>,
        _ execution: Execution
    ) {
        let (size, out, lanes) = (z.shape, pooled.shape, z.lanes)
        precondition(out == geometry.outputShape(of: size) && pooled.samples == z.samples, "one value per window")
        let kernelLine = execution.trainingKernels.extremeLine
        factor.map(Self.sign).withPointer { sign in
            Workers.run(threads: execution.threads, items: z.samples * out.x) { items in
                while let item = items.next() {
                    let (n, i) = item.quotientAndRemainder(dividingBy: out.x)
                    let a = window(i, size.x)
                    for j in 0..<out.y {
                        let b = window(j, size.y)
                        let tap = (a.lowerBound - i * stride + padding) * kernel + b.lowerBound - j * stride + padding
                        let target = (item * out.y + j) * out.z * lanes
                        kernelLine(
                            z.base + n * z.sampleStride, size.y, size.z, lanes, a.lowerBound, a.upperBound,
                            b.lowerBound, b.upperBound, tap * kernel, kernel, stride, padding, out.z, sign,
                            pooled.base + target, taps + target)
                    }
                }
            }
        }
    }

    /// The gradient of z, in z's own memory: z ← factor · d − slope · (z − mean) − offset, where d is the sum of the pooled
    /// gradients whose maximum a voxel was.
    ///
    /// - Parameter dy: gradient of the pooled values before the ReLU.
    package func backward(
        _ dy: Activations, taps: UnsafePointer<UInt8>, norm: NormedChannels, _ sums: NormedChannels.Sums,
        inPlace z: Activations, _ execution: Execution
    ) {
        let (size, out, lanes) = (z.shape, dy.shape, z.lanes)
        let kernelLine = execution.trainingKernels.extremeGradientLine
        let (slope, offset) = norm.coefficients(sums)
        norm.mean.withPointer { mean in
            norm.factor.withPointer { factor in
                slope.withPointer { slope in
                    offset.withPointer { offset in
                        Workers.run(threads: execution.threads, items: z.samples * size.x) { items in
                            while let item = items.next() {
                                let (n, i) = item.quotientAndRemainder(dividingBy: size.x)
                                let a = windows(i, out.x)
                                let first = n * dy.sampleStride
                                for j in 0..<size.y {
                                    let b = windows(j, out.y)
                                    let tap = (i - a.lowerBound * stride + padding) * kernel
                                        + j - b.lowerBound * stride + padding
                                    kernelLine(
                                        z.base + (item * size.y + j) * size.z * lanes, size.z, lanes,
                                        dy.base + first, taps + first, out.y, out.z, a.lowerBound, a.upperBound,
                                        b.lowerBound, b.upperBound, tap * kernel + padding, kernel, stride, padding,
                                        mean, factor, slope, offset)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Input positions under window `o` of an axis.
    private func window(_ o: Int, _ length: Int) -> Range<Int> {
        let begin = o * stride - padding
        return max(begin, 0)..<min(begin + kernel, length)
    }

    /// Windows of an axis that hold input position `i`.
    private func windows(_ i: Int, _ count: Int) -> Range<Int> {
        let end = min((i + padding) / stride + 1, count)
        let begin = max((i + padding - kernel + stride) / stride, 0)
        return begin..<max(begin, end)
    }

    private static func sign(_ factor: SIMD16<Float>) -> SIMD16<Float> {
        var sign = SIMD16<Float>.zero
        sign.replace(with: 1, where: factor .> 0)
        sign.replace(with: -1, where: factor .< 0)
        return sign
    }
}
