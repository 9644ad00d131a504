/// Mean and variance of each channel over all samples and voxels, as batch norm in training takes them.
package struct ChannelStatistics: Sendable {
    /// Values per channel.
    package let count: Int
    package let mean: [Double]
    /// Mean squared deviation: the biased variance, which normalises.
    package let variance: [Double]

    /// What enters the running variance. Needs at least two values per channel.
    package var unbiasedVariance: [Double] { variance.map { $0 * Double(count) / Double(count - 1) } }

    /// Rows whose mean a block's deviations are taken from.
    private static let referenceRows = 16

    /// One pass over memory. Deviations are taken from the mean of a few rows nearby and joined in double (Chan et al. 1979),
    /// so that neither a large mean nor a large volume costs precision.
    package init(of z: Activations, _ execution: Execution) {
        let (lanes, blocks, kernels) = (z.lanes, ChannelRows.blockCount(of: z), execution.trainingKernels)
        let sums = BlockSums(of: z)
        let references = UnsafeMutablePointer<Float>.allocate(capacity: blocks * lanes)
        let sizes = UnsafeMutablePointer<Int>.allocate(capacity: blocks)
        defer {
            sums.deallocate()
            references.deallocate()
            sizes.deallocate()
        }
        ChannelRows.run(z, execution) { block, offset, rows in
            let reference = references + block * lanes
            kernels.meanOfRows(min(rows, Self.referenceRows), lanes, z.base + offset, reference)
            kernels.moments(rows, lanes, z.base + offset, reference, sums.first(block), sums.second(block))
            sizes[block] = rows
        }
        let count = z.samples * z.voxels
        var (mean, variance) = ([Double](), [Double]())
        for channel in 0..<z.channels {
            var (n, m, deviation) = (0.0, 0.0, 0.0)
            for block in 0..<blocks {
                let rows = Double(sizes[block])
                let sum = sums.first(block)[channel]
                let step = Double(references[block * lanes + channel]) + sum / rows - m
                deviation += sums.second(block)[channel] - sum * sum / rows + step * step * n * rows / (n + rows)
                m += step * rows / (n + rows)
                n += rows
            }
            mean.append(m)
            // Rounding may leave a constant channel a hair below zero; NaN stays NaN.
            variance.append(deviation < 0 ? 0 : deviation / Double(count))
        }
        self.count = count
        self.mean = mean
        self.variance = variance
    }
}
