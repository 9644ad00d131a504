extension GlobalAveragePool {
    /// The mean of each channel over all voxels.
    ///
    /// - Returns: (samples, channels), row after row, in double.
    static func forward(_ x: Activations) -> [Double] {
        var means = [Double](repeating: 0, count: x.samples * x.channels)
        for n in 0..<x.samples {
            for voxel in 0..<x.voxels {
                let row = x.base + x.index(n, 0, voxel)
                for channel in 0..<x.channels { means[n * x.channels + channel] += Double(row[channel]) }
            }
        }
        return means.map { $0 / Double(x.voxels) }
    }
}
