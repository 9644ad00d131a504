package import Imaging
import Screening

/// A scan and its heat map made ready for drawing, turned to canonical RAS.
package struct ScanPicture: Sendable {
    /// The scan; axis 0 runs to the right, 1 forward, 2 up, as nearly as its own axes allow.
    package let scan: Volume
    /// The map normalised to 0…1 on the same grid; nil where there is none or it is flat.
    package let heat: Volume?
    /// Value of the unnormalised map that is drawn as 1.
    package let rawMaximum: Double?
    package let window: DisplayWindow
    /// What of each axis is shown, in voxels: the head with a margin, or everything.
    package let shown: [ClosedRange<Double>]
    /// Millimetres per voxel along the canonical axes.
    package let spacingMM: SIMD3<Double>
    /// Largest angle in degrees between a scan axis and the scanner axis it is named after.
    package let tiltDegrees: Double
    private let voxelOfWorld: Affine

    /// - Parameters:
    ///   - scan: any orientation, oblique or not, any spacing.
    ///   - heat: the unnormalised map on the scan's grid.
    /// - Throws: `gridMismatch`, `badGeometry`.
    package init(scan: Volume, heat: Volume?) throws(ReportingError) {
        guard let inverse = scan.grid.affineRAS.inverse, scan.shape.min() > 0 else {
            throw ReportingError(.badGeometry, "The scan's affine has no inverse; convert the scan again.")
        }
        if let heat, heat.grid.shape != scan.grid.shape || !isNear(heat.grid, scan.grid, inverse: inverse) {
            throw ReportingError(
                .gridMismatch, "The heat map is not on the scan's grid; this is a fault of the program.")
        }
        let canonical = scan.canonicalRAS()
        self.scan = canonical
        voxelOfWorld = canonical.grid.affineRAS.inverse ?? inverse
        spacingMM = canonical.grid.spacingMM
        tiltDegrees = Self.tilt(of: canonical.grid.affineRAS)
        window = DisplayWindow(fitting: canonical)
        shown = Self.headBox(of: canonical, window: window)
        let highest = heat?.voxels.extremes?.high ?? 0
        if let heat, highest > 0, highest.isFinite {
            self.heat = Heatmap.normalised(heat).canonicalRAS()
            rawMaximum = Double(highest)
        } else {
            self.heat = nil
            rawMaximum = nil
        }
    }

    /// Canonical voxel coordinates of a point in RAS mm.
    package func voxel(atRASMM point: SIMD3<Double>) -> SIMD3<Double> { voxelOfWorld(point) }

    /// True where the point lies inside the scan.
    package func contains(voxel: SIMD3<Double>) -> Bool {
        (0..<3).allSatisfy { voxel[$0] >= -0.5 && voxel[$0] <= Double(scan.shape[$0]) - 0.5 }
    }

    /// The middle of the scan in RAS mm.
    package var centreRASMM: SIMD3<Double> {
        let n = scan.shape
        return scan.grid.affineRAS(SIMD3(Double(n.x - 1), Double(n.y - 1), Double(n.z - 1)) / 2)
    }

    private static func tilt(of affine: Affine) -> Double {
        let columns = [affine.column0, affine.column1, affine.column2]
        let cosines = (0..<3).map { columns[$0][$0] / affine.voxelSizesMM[$0] }
        let smallest = min(max(cosines.min() ?? 1, -1), 1)
        return acosDegrees(smallest)
    }

    /// The voxels of each axis between the first and the last slice with more than a trace of tissue, and 6 mm around.
    private static func headBox(of volume: Volume, window: DisplayWindow) -> [ClosedRange<Double>] {
        let n = volume.shape
        var counts = [
            [Int](repeating: 0, count: n.x), [Int](repeating: 0, count: n.y), [Int](repeating: 0, count: n.z),
        ]
        let limit = window.black + 0.12 * (window.white - window.black)
        for i in 0..<n.x {
            for j in 0..<n.y {
                let row = volume.grid.offset(i, j, 0)
                for k in 0..<n.z where volume.voxels[row + k] > limit {
                    counts[0][i] += 1
                    counts[1][j] += 1
                    counts[2][k] += 1
                }
            }
        }
        let whole = (0..<3).map { -0.5...(Double(n[$0]) - 0.5) }
        let box = (0..<3).map { axis in
            let trace = n[0] * n[1] * n[2] / n[axis] / 200
            guard let first = counts[axis].firstIndex(where: { $0 > trace }),
                let last = counts[axis].lastIndex(where: { $0 > trace })
            else { return whole[axis] }
            let margin = 6 / volume.grid.spacingMM[axis]
            let lower = max(Double(first) - margin, whole[axis].lowerBound)
            return lower...min(Double(last) + margin, whole[axis].upperBound)
        }
        let isPlausible = (0..<3).allSatisfy {
            (box[$0].upperBound - box[$0].lowerBound) * volume.grid.spacingMM[$0] >= 40
        }
        return isPlausible ? box : whole
    }
}
