/// Which way a head looks, told by its outline.
struct PostureFeatures: Sendable, Hashable, Codable {
    /// How far the middle of the lowest 25 mm lies behind the middle of the vault, mm. In a brain that is the cerebellum.
    var lowestBehindMM = 0.0
    /// How far the widest place of the vault lies behind its middle, mm: between the parietal bones, not the temples.
    var widestBehindMM = 0.0
    /// How far below the top and above the bottom a section has half the area of the largest, mm. A bottom of 0 is a
    /// straight cut.
    var topMM = 0.0
    var bottomMM = 0.0

    /// Height of the part at the bottom that is looked at.
    static let lowestMM = 25.0
    /// Sections this far below the top, mm, tell where the vault is widest: above ears and brow.
    static let vaultMM = 40.0...70.0
    /// Rows as wide as this, relative to the widest, count as widest.
    static let nearlyWidest = 0.97

    init() {}

    init(_ survey: HeadSurvey) {
        guard let box = survey.box else { return }
        let mask = survey.head.mask
        let spacing = survey.head.image.grid.spacingMM
        let areas = mask.profiles[2]
        guard let bottom = areas.firstIndex(where: { $0 > 0 }), let most = areas.max() else { return }
        let lowest = bottom..<max(bottom + 1, min(box.top, bottom + Int(Self.lowestMM / spacing.z)))
        lowestBehindMM = (box.centre.y - Self.middle(mask, lowest)) * spacing.y
        let wide = areas.indices.filter { areas[$0] * 2 >= most }
        bottomMM = Double((wide.first ?? bottom) - bottom) * spacing.z
        topMM = Double(box.top - min(box.top, wide.last ?? box.top)) * spacing.z
        let from = box.top - Int(Self.vaultMM.upperBound / spacing.z)
        let to = box.top - Int(Self.vaultMM.lowerBound / spacing.z)
        let widest = (max(bottom, from)..<max(bottom, from, to)).compactMap { Self.widest(mask, $0) }
        if !widest.isEmpty {
            widestBehindMM = (box.centre.y - widest.reduce(0, +) / Double(widest.count)) * spacing.y
        }
    }

    /// Mean position along y of what lies in these planes.
    private static func middle(_ mask: BinaryMask, _ planes: Range<Int>) -> Double {
        var (sum, count) = (0, 0)
        for i in 0..<mask.shape.x {
            for j in 0..<mask.shape.y {
                for k in planes where mask[i, j, k] {
                    sum += j
                    count += 1
                }
            }
        }
        return count == 0 ? 0 : Double(sum) / Double(count)
    }

    /// Mean position along y of the rows of a plane that are nearly as wide as its widest.
    private static func widest(_ mask: BinaryMask, _ k: Int) -> Double? {
        let widths = (0..<mask.shape.y).map { j in
            let first = (0..<mask.shape.x).first { mask[$0, j, k] }
            let last = (0..<mask.shape.x).last { mask[$0, j, k] }
            return Double((last ?? 0) - (first ?? 1) + 1)
        }
        guard let most = widths.max(), most > 0 else { return nil }
        let rows = widths.indices.filter { widths[$0] >= most * nearlyWidest }
        return Double(rows.reduce(0, +)) / Double(rows.count)
    }
}
