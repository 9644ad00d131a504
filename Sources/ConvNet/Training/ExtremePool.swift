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
                && geometry.padding == SIMD3(repeating: padding), "the same along all axes")
    }

    /// Floats of memory that the taps of `pooled` take, one byte each.
    package static func tapFloats(of pooled: Activations) -> Int { (pooled.count + 3) / 4 }

    /// The value of z under each window that is largest behind the norm, the first of equals, and its tap.
    ///
    /// - Parameters:
    ///   - factor: the norm's; its sign alone counts.
    ///   - taps: one byte for each value of `pooled`.
    package func forward(
        _ z: Activations, factor: ChannelValues, into pooled: Activations, taps: UnsafeMutablePointer<UInt8>,
        _ execution: Execution
    ) {
        let (size, out, vectors) = (z.shape, pooled.shape, z.lanes / Activations.vector)
        precondition(out == geometry.outputShape(of: size) && pooled.samples == z.samples, "one value per window")
        let sign = factor.vectors.map { Self.sign($0) }
        let (from, to) = (z.vectors, pooled.vectors)
        let places = UnsafeMutableRawPointer(taps).assumingMemoryBound(to: SIMD16<UInt8>.self)
        sign.withUnsafeBufferPointer { sign in
            let sign = sign.baseAddress!
            Workers.run(threads: execution.threads, items: z.samples * out.x) { items in
                while let item = items.next() {
                    let (n, i) = item.quotientAndRemainder(dividingBy: out.x)
                    let rangeA = window(i, size.x)
                    for j in 0..<out.y {
                        let rangeB = window(j, size.y)
                        for k in 0..<out.z {
                            let rangeC = window(k, size.z)
                            let target = ((item * out.y + j) * out.z + k) * vectors
                            for v in 0..<vectors {
                                var best = SIMD16<Float>(repeating: -.infinity)
                                var place = SIMD16<Int32>.zero
                                for a in rangeA {
                                    for b in rangeB {
                                        let line = ((n * size.x + a) * size.y + b) * size.z
                                        let tap = ((a - i * stride + padding) * kernel + b - j * stride + padding)
                                            * kernel - k * stride + padding
                                        for c in rangeC {
                                            let value = from[(line &+ c) &* vectors &+ v] * sign[v]
                                            let isLarger = value .> best
                                            best.replace(with: value, where: isLarger)
                                            place.replace(
                                                with: SIMD16(repeating: Int32(truncatingIfNeeded: tap &+ c)),
                                                where: isLarger)
                                        }
                                    }
                                }
                                to[target + v] = best * sign[v]
                                places[target + v] = SIMD16<UInt8>(truncatingIfNeeded: place)
                            }
                        }
                    }
                }
            }
        }
    }

    /// The gradient of z, in z's own memory: z ← factor · d − slope · (z − mean) − offset, where d is the sum of the pooled
    /// gradients whose maximum a voxel was.
    ///
    /// - Parameter dy: gradient of the pooled values behind the ReLU, zero where the ReLU gave zero.
    package func backward(
        _ dy: Activations, taps: UnsafePointer<UInt8>, norm: NormedChannels, _ sums: NormedChannels.Sums,
        inPlace z: Activations, _ execution: Execution
    ) {
        let (size, out, vectors) = (z.shape, dy.shape, z.lanes / Activations.vector)
        let (values, gradient) = (z.vectors, dy.vectors)
        let places = UnsafeRawPointer(taps).assumingMemoryBound(to: SIMD16<UInt8>.self)
        let coefficients = norm.coefficients(sums)
        coefficients.slope.vectors.withUnsafeBufferPointer { slope in
            coefficients.offset.vectors.withUnsafeBufferPointer { offset in
                norm.withPointers { norm in
                    let (slope, offset) = (slope.baseAddress!, offset.baseAddress!)
                    Workers.run(threads: execution.threads, items: z.samples * size.x) { items in
                        while let item = items.next() {
                            let (n, i) = item.quotientAndRemainder(dividingBy: size.x)
                            let rangeA = windows(i, out.x)
                            for j in 0..<size.y {
                                let rangeB = windows(j, out.y)
                                for k in 0..<size.z {
                                    let rangeC = windows(k, out.z)
                                    let at = ((item * size.y + j) * size.z + k) * vectors
                                    for v in 0..<vectors {
                                        var sum = SIMD16<Float>.zero
                                        for a in rangeA {
                                            for b in rangeB {
                                                let line = ((n * out.x + a) * out.y + b) * out.z
                                                let tap = ((i - a * stride + padding) * kernel + j - b * stride + padding)
                                                    * kernel + k + padding
                                                for c in rangeC {
                                                    let source = (line &+ c) &* vectors &+ v
                                                    let isHere = SIMD16<Int32>(truncatingIfNeeded: places[source])
                                                        .== SIMD16(repeating: Int32(truncatingIfNeeded: tap &- c &* stride))
                                                    sum += SIMD16<Float>.zero.replacing(with: gradient[source], where: isHere)
                                                }
                                            }
                                        }
                                        values[at + v] =
                                            norm.factor[v] * sum - slope[v] * (values[at + v] - norm.mean[v]) - offset[v]
                                    }
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
