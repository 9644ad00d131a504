/// Where the heat map points.
package struct HeatmapSummary: Codable, Sendable {
    /// Name of the layer the map is computed at.
    package var layer: String
    /// Size of one cell of that layer in mm along the prepared grid's axes (x, y, z of RAS).
    package var cellSizeMM: SIMD3<Double>
    /// Number of cells along those axes.
    package var cells: SIMD3<Int>
    /// Largest value of the unnormalised map.
    package var maximum: Double
    /// Strongest first; the first is where the page looks. Empty where the map is flat.
    package var peaks: [Peak]
    /// Largest distance in mm between the peaks of two members.
    package var memberPeakSpreadMM: Double?

    package init(
        layer: String, cellSizeMM: SIMD3<Double>, cells: SIMD3<Int>, maximum: Double, peaks: [Peak],
        memberPeakSpreadMM: Double?
    ) {
        self.layer = layer
        self.cellSizeMM = cellSizeMM
        self.cells = cells
        self.maximum = maximum
        self.peaks = peaks
        self.memberPeakSpreadMM = memberPeakSpreadMM
    }
}

/// A maximum of the heat map.
package struct Peak: Codable, Sendable, Hashable {
    /// Scanner RAS in mm.
    package var positionRASMM: SIMD3<Double>
    /// Nearest voxel of the scan.
    package var voxel: SIMD3<Int>
    /// Value of the unnormalised map, and of the map normalised to 0…1.
    package var value: Double
    package var normalised: Double

    package init(positionRASMM: SIMD3<Double>, voxel: SIMD3<Int>, value: Double, normalised: Double) {
        self.positionRASMM = positionRASMM
        self.voxel = voxel
        self.value = value
        self.normalised = normalised
    }
}
