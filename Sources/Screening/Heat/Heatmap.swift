package import Imaging

/// Maps brought onto the scan.
package enum Heatmap {
    /// Relative range below which a map is flat: float32 sums leave differences of this order in a constant map, and
    /// stretching them to 0…1 would show noise as a finding.
    package static let flatRange: Float = 1e-5

    /// The map's value at the position of every voxel of the scan: trilinear between cell centres, signed, not scaled.
    ///
    /// Each value is computed once from the raw cells at the voxel's world position, so that the result does not depend
    /// on intermediate grids. Outside the hull of the cell centres it is 0; `Volume.edgeTolerance` forgives rounding there.
    package static func onScan(_ raw: Volume, scan: VoxelGrid) -> Volume {
        raw.resampled(onto: scan, .linear, outside: 0)
    }

    /// ReLU, then min-max to 0…1 over all voxels. A map that is constant up to rounding becomes all zero.
    package static func normalised(_ map: Volume) -> Volume {
        var result = map
        result.voxels = stretched(map.voxels.map { max($0, 0) })
        return result
    }

    /// What files and pages show as "normalised": ReLU on the cells, placed on the scan, then min-max to 0…1.
    ///
    /// All zero where the cells are flat: placed on a larger scan a constant map would look like a box.
    package static func normalisedOnScan(_ raw: RawMap, scan: VoxelGrid) -> Volume {
        let positive = raw.rectified.volume
        return isFlat(positive.voxels) ? Volume(grid: scan) : normalised(onScan(positive, scan: scan))
    }

    /// Min-max to 0…1 without ReLU; all zero where the values are constant up to rounding.
    package static func stretched(_ values: [Float]) -> [Float] {
        guard let (low, high) = values.extremes, !isFlat(low, high) else {
            return [Float](repeating: 0, count: values.count)
        }
        return values.map { ($0 - low) / (high - low) }
    }

    /// True where the values are constant up to rounding.
    package static func isFlat(_ values: [Float]) -> Bool {
        guard let (low, high) = values.extremes else { return true }
        return isFlat(low, high)
    }

    private static func isFlat(_ low: Float, _ high: Float) -> Bool {
        high - low <= flatRange * max(abs(low), abs(high))
    }
}
