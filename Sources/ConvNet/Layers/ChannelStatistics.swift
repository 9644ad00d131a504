/// Mean and variance of each channel over all samples and voxels, as batch norm in training takes them.
package struct ChannelStatistics: Sendable {
    /// Values per channel.
    package let count: Int
    package let mean: [Double]
    /// Mean squared deviation: the biased variance, which normalises.
    package let variance: [Double]

    /// What enters the running variance. Needs at least two values per channel.
    package var unbiasedVariance: [Double] { variance.map { $0 * Double(count) / Double(count - 1) } }

    /// One pass over memory. Deviations are taken from the mean of a few rows nearby and joined in double (Chan et al. 1979),
    /// so that neither a large mean nor a large volume costs precision.
    package init(of z: Activations, _ execution: Execution) {
        let vectors = z.lanes / Activations.vector
        let blocks = ChannelRows.blockCount(of: z)
        let sums = UnsafeMutablePointer<SIMD16<Double>>.allocate(capacity: 2 * blocks * vectors)
        let references = UnsafeMutablePointer<SIMD16<Float>>.allocate(capacity: blocks * vectors)
        defer {
            sums.deallocate()
            references.deallocate()
        }
        sums.initialize(repeating: .zero, count: 2 * blocks * vectors)
        references.initialize(repeating: .zero, count: blocks * vectors)
        let values = z.vectors
        var sizes = [Int](repeating: 0, count: blocks)
        sizes.withUnsafeMutableBufferPointer { sizes in
            nonisolated(unsafe) let sizes = sizes
            ChannelRows.run(z, execution) { block, rows in
                let first = values + rows.lowerBound * vectors
                let reference = references + block * vectors
                NormLoops.mean(first, rows: min(rows.count, Self.referenceRows), vectors: vectors, into: reference)
                NormLoops.moments(
                    first, rows: rows.count, vectors: vectors, reference: reference,
                    sum: sums + 2 * block * vectors, squares: sums + (2 * block + 1) * vectors)
                sizes[block] = rows.count
            }
        }
        var (mean, deviation) = ([Double](), [Double]())
        for channel in 0..<z.channels {
            let (v, lane) = (channel / Activations.vector, channel % Activations.vector)
            var (n, m, d) = (0.0, 0.0, 0.0)
            for block in 0..<blocks {
                let rows = Double(sizes[block])
                let sum = sums[2 * block * vectors + v][lane]
                let blockMean = Double(references[block * vectors + v][lane]) + sum / rows
                let step = blockMean - m
                d += sums[(2 * block + 1) * vectors + v][lane] - sum * sum / rows + step * step * n * rows / (n + rows)
                m += step * rows / (n + rows)
                n += rows
            }
            mean.append(m)
            deviation.append(d)
        }
        count = z.samples * z.voxels
        self.mean = mean
        // Rounding may leave a constant channel a hair below zero; NaN stays NaN.
        variance = deviation.map { $0 < 0 ? 0 : $0 / Double(z.samples * z.voxels) }
    }

    private static let referenceRows = 16
}

extension Activations {
    /// The values as whole vectors of channels.
    var vectors: UnsafeMutablePointer<SIMD16<Float>> {
        UnsafeMutableRawPointer(base).assumingMemoryBound(to: SIMD16<Float>.self)
    }
}
