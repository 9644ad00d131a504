/// Where the brain is in a scan that has been skull-stripped: what differs from the constant background.
///
/// There is no brain mask of a full head here: telling brain from skull reliably needs a trained or atlas-based
/// method, and a poor one would shift every intensity of the scan. A plan that asks for it is refused.
enum BrainMask {
    /// The value that all voxels outside the brain have, and the share of all voxels that have it.
    ///
    /// It is the commonest value on the six outer faces of the image.
    static func background(_ scan: Volume) -> (value: Float, share: Double) {
        let n = scan.shape
        var counts: [Float: Int] = [:]
        for i in 0..<n.x {
            for j in 0..<n.y {
                let edge = i == 0 || j == 0 || i == n.x - 1 || j == n.y - 1
                for k in stride(from: 0, to: n.z, by: edge ? 1 : max(1, n.z - 1)) { counts[scan[i, j, k], default: 0] += 1 }
            }
        }
        // The smaller of two equally common values, so that the answer does not depend on hashing.
        let value = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
        let same = scan.voxels.withUnsafeBufferPointer { $0.reduce(0) { $0 + ($1 == value ? 1 : 0) } }
        return (value, Double(same) / Double(max(1, scan.voxels.count)))
    }

    /// The largest connected part that differs from the background, holes filled.
    static func make(_ scan: Volume) -> BinaryMask {
        let (value, _) = background(scan)
        return BinaryMask(scan) { $0 != value }.largestComponent().holesFilled()
    }
}
