/// How evenly bright a head is from plane to plane, along the worst of the three axes.
struct SliceFeatures: Sendable, Hashable {
    /// Largest difference of one plane's mean from the mean of its two neighbours', relative to the head's mean.
    var largestJump = 0.0
    /// The same, averaged over all planes.
    var meanJump = 0.0

    /// A plane counts where it holds this much of the brain.
    static let leastSectionMM2 = 3000.0

    init(_ core: HeadCore) {
        let (scan, f) = (core.scan, core.factor)
        var sums = (0..<3).map { [Double](repeating: 0, count: scan.shape[$0]) }
        var counts = (0..<3).map { [Int](repeating: 0, count: scan.shape[$0]) }
        scan.voxels.withUnsafeBufferPointer { v in
            core.forEachCell { p in
                for i in p.x..<(p.x + f.x) {
                    for j in p.y..<(p.y + f.y) {
                        let row = scan.grid.offset(i, j, 0)
                        var sum = 0.0
                        for k in p.z..<(p.z + f.z) {
                            let x = Double(v[row + k])
                            sum += x
                            sums[2][k] += x
                            counts[2][k] += 1
                        }
                        sums[0][i] += sum
                        counts[0][i] += f.z
                        sums[1][j] += sum
                        counts[1][j] += f.z
                    }
                }
            }
        }
        let total = sums[0].reduce(0, +) / Double(max(1, counts[0].reduce(0, +)))
        guard total > 0 else { return }
        let spacing = scan.grid.spacingMM
        for axis in 0..<3 {
            let voxelMM2 = spacing.x * spacing.y * spacing.z / spacing[axis]
            let planes = scan.shape[axis]
            let means = (0..<planes).map {
                Double(counts[axis][$0]) * voxelMM2 >= Self.leastSectionMM2
                    ? sums[axis][$0] / Double(counts[axis][$0]) : nil
            }
            guard planes > 2 else { continue }
            let jumps = (1..<(planes - 1)).compactMap { at -> Double? in
                guard let a = means[at - 1], let b = means[at], let c = means[at + 1] else { return nil }
                return abs(b - (a + c) / 2) / total
            }
            guard jumps.count >= 8 else { continue }
            largestJump = max(largestJump, jumps.max() ?? 0)
            meanJump = max(meanJump, jumps.reduce(0, +) / Double(jumps.count))
        }
    }
}
