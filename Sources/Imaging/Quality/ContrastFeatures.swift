/// What tissue is bright and what is dark, told by how tissue is shaped: fluid lies in thin sheets, white matter in lumps.
struct ContrastFeatures: Sendable, Hashable {
    /// How lopsided the detail is, -1…1: below 0 where the thin sheets between the gyri (fluid) are dark.
    var sheets = 0.0
    /// Intensity of the smoothest fifth of the brain (white matter) relative to the mean over 3 cm around it.
    var lumps = 0.0
    /// Share of the brain that is darker than that, relative to its surroundings in the same way.
    var rank = 0.0
    /// Both in one number: about 1 where white matter is the brightest tissue, 0.5 where it is in the middle.
    var whiteMatter: Double { rank + 2 * (lumps - 1) }

    static let smoothShare = 0.2
    /// Shares of the detail's values that count as its ends.
    static let tails = 0.03

    init(_ survey: HeadSurvey, _ core: HeadCore) {
        let image = survey.head.image
        let cells = core.cells
        // The mean over the brain within 3 cm, free of what lies outside.
        let weights = Volume(grid: image.grid, voxels: cells.values.map { Float($0) })
        let inside = Volume(grid: image.grid, voxels: zip(image.voxels, cells.values).map { $1 == 0 ? 0 : $0 })
        let far = Self.mean(inside, radius: 7)
        let share = Self.mean(weights, radius: 7)
        let near = Self.mean(image, radius: 1)
        let squares = Self.mean(Volume(grid: image.grid, voxels: image.voxels.map { $0 * $0 }), radius: 1)
        var details: [Float] = []
        var found: [(roughness: Float, relative: Float)] = []
        found.reserveCapacity(cells.count)
        details.reserveCapacity(cells.count)
        for at in cells.values.indices where cells.values[at] != 0 {
            let level = far[at] / share[at]
            guard level > 0 else { continue }
            details.append(survey.detail[at] / level)
            found.append((max(0, squares[at] - near[at] * near[at]) / (level * level), near[at] / level))
        }
        guard found.count >= 1000 else { return }
        details.sort()
        let low = details[Int(Self.tails * Double(details.count))]
        let high = details[Int((1 - Self.tails) * Double(details.count))]
        let middle = details[details.count / 2]
        sheets = high > low ? Double((high + low - 2 * middle) / (high - low)) : 0
        found.sort { $0.roughness < $1.roughness }
        let smooth = found.prefix(Int(Double(found.count) * Self.smoothShare)).map(\.relative).sorted()
        let white = smooth[smooth.count / 2]
        lumps = Double(white)
        rank = Double(found.count { $0.relative < white }) / Double(found.count)
    }

    private static func mean(_ volume: Volume, radius: Int) -> [Float] {
        zip(volume.voxels, volume.minusLocalMean(radius: radius)).map { $0 - $1 }
    }
}
