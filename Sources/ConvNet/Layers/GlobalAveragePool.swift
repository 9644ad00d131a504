/// Mean of each channel over all voxels, and its gradient, summed in double.
package enum GlobalAveragePool {
    /// The mean of each channel over all voxels.
    ///
    /// - Returns: (samples, channels), row after row, in double.
    package static func forward(_ x: Activations) -> [Double] {
        var means = [Double](repeating: 0, count: x.samples * x.channels)
        for n in 0..<x.samples {
            for voxel in 0..<x.voxels {
                let row = x.base + x.index(n, 0, voxel)
                for channel in 0..<x.channels { means[n * x.channels + channel] += Double(row[channel]) }
            }
        }
        return means.map { $0 / Double(x.voxels) }
    }

    /// Every voxel gets its share of the mean's gradient; `dx` is overwritten.
    ///
    /// - Parameter dy: (samples, channels)
    package static func backward(_ dy: [Double], into dx: Activations) {
        precondition(dy.count == dx.samples * dx.channels, "one gradient per sample and channel")
        for n in 0..<dx.samples {
            let row = ChannelValues(dy[(n * dx.channels)..<((n + 1) * dx.channels)].map { $0 / Double(dx.voxels) })
            row.withPointer { row in
                for voxel in 0..<dx.voxels { (dx.base + dx.index(n, 0, voxel)).update(from: row, count: dx.lanes) }
            }
        }
    }
}
