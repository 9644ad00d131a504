/// Where the vault of a head is: the upper part, above nose, ears and neck.
struct HeadBox: Sendable, Hashable {
    /// How far below the top the vault reaches: above the ear canal and the tip of the nose in a head of any size.
    static let vaultMM = 90.0

    /// A plane belongs to the head's height where it holds this much of it; on a vertex that is 0.2 mm below the top.
    static let leastSectionMM2 = 100.0

    /// Highest plane of the mask.
    let top: Int
    /// Planes of the vault.
    let upperRange: ClosedRange<Int>
    /// First and last voxel of the vault along x and y (and of the whole mask along z).
    let first: SIMD3<Int>
    let last: SIMD3<Int>
    let sizeMM: SIMD3<Double>

    /// Middle between first and last, in voxels.
    var centre: SIMD3<Double> {
        SIMD3(Double(first.x + last.x), Double(first.y + last.y), Double(first.z + last.z)) / 2
    }

    /// Nil where the mask is empty.
    init?(_ mask: BinaryMask, spacingMM: SIMD3<Double>) {
        let n = mask.shape
        let heights = mask.profiles[2]
        let least = max(1, Int(Self.leastSectionMM2 / (spacingMM.x * spacingMM.y)))
        guard let top = heights.lastIndex(where: { $0 >= least }), let bottom = heights.firstIndex(where: { $0 > 0 })
        else { return nil }
        self.top = top
        let range = max(bottom, top - Int((Self.vaultMM / spacingMM.z).rounded()))...top
        upperRange = range
        var (low, high) = (SIMD3<Int>(n.x, n.y, bottom), SIMD3<Int>(-1, -1, top))
        for i in 0..<n.x {
            for j in 0..<n.y {
                let row = (i * n.y + j) * n.z
                if range.contains(where: { mask.values[row + $0] != 0 }) {
                    (low.x, high.x) = (min(low.x, i), max(high.x, i))
                    (low.y, high.y) = (min(low.y, j), max(high.y, j))
                }
            }
        }
        (first, last) = (low, high)
        sizeMM = [
            Double(high.x - low.x + 1) * spacingMM.x, Double(high.y - low.y + 1) * spacingMM.y,
            Double(high.z - low.z + 1) * spacingMM.z,
        ]
    }
}
