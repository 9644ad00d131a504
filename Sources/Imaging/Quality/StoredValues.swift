/// How the intensities inside a head are stored: levels, clipping, blocks of one value.
struct StoredValues: Sendable, Hashable {
    /// Different values among at most `sampleSize` voxels.
    var levels = 0
    /// Share of voxels at the highest value, 0…1.
    var saturatedShare = 0.0
    /// cm³ in cubes of 27 voxels that all have one value.
    var flatCM3 = 0.0
    /// The middle value, and that of one voxel in fifty.
    var median = 0.0

    static let sampleSize = 100_000
    /// Values this near to the highest, relative to the range, count as it: interpolation and rounding blur it.
    static let atTheTop: Float = 0.002

    init(_ core: HeadCore) {
        let scan = core.scan
        let f = core.factor
        var values: [Float] = []
        values.reserveCapacity(core.cells.count * f.x * f.y * f.z)
        core.forEachCell { p in
            for i in 0..<f.x {
                for j in 0..<f.y {
                    let row = scan.grid.offset(p.x + i, p.y + j, p.z)
                    values += scan.voxels[row..<(row + f.z)]
                }
            }
        }
        guard let lowest = values.min(), let highest = values.max(), highest > lowest else {
            levels = values.isEmpty ? 0 : 1
            saturatedShare = 1
            flatCM3 = .infinity
            return
        }
        let top = highest - (highest - lowest) * Self.atTheTop
        var full = 0
        for x in values where x >= top { full += 1 }
        saturatedShare = Double(full) / Double(values.count)
        let step = max(1, values.count / Self.sampleSize)
        let sample = stride(from: 0, to: values.count, by: step).map { values[$0] }.sorted()
        levels = 1 + zip(sample, sample.dropFirst()).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }
        median = Double(sample[sample.count / 2])
        flatCM3 = Self.flatCM3(core)
    }

    private static func flatCM3(_ core: HeadCore) -> Double {
        let (scan, n) = (core.scan, core.scan.shape)
        let (sx, sy) = (n.y * n.z, n.z)
        let spacing = scan.grid.spacingMM
        var cubes = 0
        scan.voxels.withUnsafeBufferPointer { v in
            for i in stride(from: 0, to: n.x - 2, by: 3) {
                for j in stride(from: 0, to: n.y - 2, by: 3) {
                    for k in stride(from: 0, to: n.z - 2, by: 3) {
                        let at = i * sx + j * sy + k
                        let value = v[at]
                        // Two looks settle nearly every cube.
                        guard v[at + 1] == value, v[at + sy] == value, core.contains([i, j, k]) else { continue }
                        var isFlat = true
                        for d in 0..<27 where v[at + d / 9 * sx + d / 3 % 3 * sy + d % 3] != value {
                            isFlat = false
                            break
                        }
                        if isFlat { cubes += 1 }
                    }
                }
            }
        }
        return Double(cubes * 27) * spacing.x * spacing.y * spacing.z / 1000
    }
}
