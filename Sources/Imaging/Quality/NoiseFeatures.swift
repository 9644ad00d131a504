/// How noisy the inside of a head is, and how much of it appears again where it does not belong.
struct NoiseFeatures: Sendable, Hashable {
    /// Standard deviation of what no neighbour explains, in the quietest fifth of the brain.
    var noise = 0.0
    /// Mean of the air relative to the brain's median; nil where the background was cleared or there is no air.
    var airShare: Double?
    /// Signal in the air half a field of view from the head, over that of the other air, relative to the brain's
    /// median: the largest of the three axes; nil as above.
    var ghostShare: Double?
    /// Correlation of the detail inside with that half a field of view away: the largest of the three axes.
    var ghostCorrelation = 0.0

    /// Share of blocks that count as quiet; in a brain those of white matter.
    static let quietShare = 0.2
    /// Air begins this far from the head.
    static let airMM = 10.0

    init(_ survey: HeadSurvey, _ core: HeadCore, median: Double, isCleared: Bool) {
        noise = Self.noise(core)
        let n = survey.head.mask.shape
        for axis in 0..<3 where n[axis] >= 8 {
            for shift in Set([n[axis] / 2, (n[axis] + 1) / 2]) {
                ghostCorrelation = max(ghostCorrelation, Self.correlation(survey, axis, shift))
            }
        }
        guard !isCleared, median > 0 else { return }
        measureAir(survey, median)
    }

    /// The residual after the mean of the six neighbours, in blocks of about 8 mm.
    private static func noise(_ core: HeadCore) -> Double {
        let (scan, n) = (core.scan, core.scan.shape)
        let (sx, sy) = (n.y * n.z, n.z)
        let f = core.factor
        let m = (core.cells.shape &+ 3) / 4
        var sums = [Double](repeating: 0, count: m.x * m.y * m.z)
        var counts = [Int](repeating: 0, count: sums.count)
        scan.voxels.withUnsafeBufferPointer { v in
            core.forEachCell { p in
                guard p.x > 0, p.y > 0, p.z > 0, p.x < n.x - 1, p.y < n.y - 1, p.z < n.z - 1 else { return }
                let at = p.x * sx + p.y * sy + p.z
                let around = v[at - 1] + v[at + 1] + v[at - sy] + v[at + sy] + v[at - sx] + v[at + sx]
                let residual = Double(v[at] - around / 6)
                let block = p / (f &* 4)
                let to = (block.x * m.y + block.y) * m.z + block.z
                sums[to] += residual * residual
                counts[to] += 1
            }
        }
        // A block counts where most of its 64 cells are inside.
        let blocks = zip(sums, counts).compactMap { $1 >= 40 ? $0 / Double($1) : nil }.sorted()
        guard !blocks.isEmpty else { return 0 }
        // For white noise the residual's variance is 7/6 of the noise's.
        return (blocks[Int(Double(blocks.count) * quietShare)] * 6 / 7).squareRoot()
    }

    private static func correlation(_ survey: HeadSurvey, _ axis: Int, _ shift: Int) -> Double {
        let n = survey.head.mask.shape
        let stride = [n.y * n.z, n.z, 1][axis]
        var (saa, sbb, sab, count) = (0.0, 0.0, 0.0, 0)
        survey.depthMM.withUnsafeBufferPointer { depth in
            survey.detail.withUnsafeBufferPointer { detail in
                for i in 0..<(axis == 0 ? n.x - shift : n.x) {
                    for j in 0..<(axis == 1 ? n.y - shift : n.y) {
                        let row = (i * n.y + j) * n.z
                        for at in row..<(row + (axis == 2 ? n.z - shift : n.z)) {
                            let other = at + shift * stride
                            guard depth[at] > 6, depth[other] > 6 else { continue }
                            let (a, b) = (Double(detail[at]), Double(detail[other]))
                            saa += a * a
                            sbb += b * b
                            sab += a * b
                            count += 1
                        }
                    }
                }
            }
        }
        return count > 2000 && saa > 0 && sbb > 0 ? sab / (saa * sbb).squareRoot() : 0
    }

    private mutating func measureAir(_ survey: HeadSurvey, _ median: Double) {
        let (image, mask) = (survey.head.image, survey.head.mask)
        let n = mask.shape
        var near = mask
        for _ in 0..<Int((Self.airMM / image.grid.spacingMM.max()).rounded()) { near = near.dilated() }
        var (sum, count) = (0.0, 0)
        for at in 0..<near.values.count where near.values[at] == 0 {
            sum += Double(image.voxels[at])
            count += 1
        }
        let least = near.values.count / 100
        guard count > least else { return }
        airShare = sum / Double(count) / median
        for axis in 0..<3 {
            var (ghost, inGhost) = (0.0, 0)
            let half = n[axis] / 2
            for i in 0..<n.x {
                for j in 0..<n.y {
                    for k in 0..<n.z where !near[i, j, k] {
                        var p: SIMD3<Int> = [i, j, k]
                        p[axis] = (p[axis] + half) % n[axis]
                        guard mask[p.x, p.y, p.z] else { continue }
                        ghost += Double(image[i, j, k])
                        inGhost += 1
                    }
                }
            }
            guard inGhost > least, count - inGhost > least else { continue }
            let elsewhere = (sum - ghost) / Double(count - inGhost)
            ghostShare = max(ghostShare ?? 0, (ghost / Double(inGhost) - elsewhere) / median)
        }
    }
}
