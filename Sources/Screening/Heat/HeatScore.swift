package import Imaging

/// How much hotter a map is inside a lesion mask than elsewhere: (mean inside − mean of background) / σ of background.
///
/// The background is every other voxel of the prepared grid, or of the brain. Nil where the score is undefined, never 0.
package struct HeatScore: Codable, Sendable, Hashable {
    /// Against all other voxels.
    package var whole: Double?
    /// Against the other voxels of the brain; nil where no brain mask was given, too.
    package var brain: Double?
    /// Mask voxels scored, on the heat map's grid.
    package var maskVoxels: Int
    /// Voxels of the mask's own grid that the heat map's grid does not cover.
    package var croppedMaskVoxels: Int

    package init(whole: Double?, brain: Double?, maskVoxels: Int, croppedMaskVoxels: Int) {
        self.whole = whole
        self.brain = brain
        self.maskVoxels = maskVoxels
        self.croppedMaskVoxels = croppedMaskVoxels
    }

    /// Measures a map against a mask drawn on any grid.
    ///
    /// The masks are brought onto the map's grid by world position, nearest neighbour; over 0.5 is inside.
    package static func measure(heat: Volume, mask: Volume, brain: Volume? = nil) -> HeatScore {
        let inside = members(of: mask, on: heat.grid)
        let region = brain.map { members(of: $0, on: heat.grid) }
        return HeatScore(
            whole: score(heat.voxels, mask: inside),
            brain: region.flatMap { score(heat.voxels, mask: inside, region: $0) },
            maskVoxels: inside.count { $0 }, croppedMaskVoxels: cropped(mask, by: heat.grid))
    }

    /// Standard deviations below this share of the background's largest value are rounding, not spread.
    private static let flatBackground = 1e-6

    /// The score of values on one grid.
    ///
    /// - Parameters:
    ///   - region: where mask and background are looked at; nil is everywhere.
    ///   - deltaDegrees: 0 for the population's standard deviation, 1 for the sample's.
    /// - Returns: nil for an empty mask, no background, a flat background, or values that are not finite.
    package static func score(
        _ heat: [Float], mask: [Bool], region: [Bool]? = nil, deltaDegrees: Int = 0
    ) -> Double? {
        precondition(heat.count == mask.count && (region?.count ?? mask.count) == mask.count, "one grid")
        var inside = Moments()
        var outside = Moments()
        for v in heat.indices where region?[v] ?? true {
            if mask[v] { inside.add(Double(heat[v])) } else { outside.add(Double(heat[v])) }
        }
        guard inside.count > 0, outside.count > deltaDegrees else { return nil }
        let sigma = (outside.squares / Double(outside.count - deltaDegrees)).squareRoot()
        let result = (inside.mean - outside.mean) / sigma
        guard sigma > max(1e-12, flatBackground * outside.largest), result.isFinite else { return nil }
        return result
    }

    private static func members(of mask: Volume, on grid: VoxelGrid) -> [Bool] {
        let placed = mask.grid == grid ? mask : mask.resampled(onto: grid, .nearest)
        return placed.voxels.map { $0 > 0.5 }
    }

    /// Mask voxels whose centre lies in no voxel of the grid.
    private static func cropped(_ mask: Volume, by grid: VoxelGrid) -> Int {
        guard let toGrid = grid.affineRAS.inverse else { return mask.voxels.count { $0 > 0.5 } }
        let step = toGrid * mask.grid.affineRAS
        let last = SIMD3<Double>(grid.shape) - 0.5
        var count = 0
        for i in 0..<mask.shape.x {
            for j in 0..<mask.shape.y {
                for k in 0..<mask.shape.z where mask[i, j, k] > 0.5 {
                    let p = step([Double(i), Double(j), Double(k)])
                    if any(p .< -0.5) || any(p .> last) { count += 1 }
                }
            }
        }
        return count
    }
}

/// Running mean and sum of squared deviations, after Welford 1962: exact for constant values.
private struct Moments {
    var count = 0
    var mean = 0.0
    var squares = 0.0
    var largest = 0.0

    mutating func add(_ x: Double) {
        count += 1
        let d = x - mean
        mean += d / Double(count)
        squares += d * (x - mean)
        largest = max(largest, abs(x))
    }
}
