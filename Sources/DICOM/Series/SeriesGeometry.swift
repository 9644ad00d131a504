internal import Glibc
package import Imaging

/// Where a series' voxels lie: axis 0 along increasing columns, axis 1 along increasing rows, axis 2 along the normal.
package struct SeriesGeometry: Sendable, Hashable {
    /// Shape (columns, rows, slices) and affine to RAS mm.
    package var grid: VoxelGrid
    /// The images in the order of axis 2.
    package var slices: [DICOMSeries.Slice]
    package var sliceThicknessMM: Double?
    package var completeness: Completeness

    /// Fewer slices than this are no volume.
    package static let fewestSlices = 3
    /// No scanner reaches this far from its centre, mm.
    static let farthestMM = 10_000.0
    /// Slices nearer than this lie at one position, mm.
    static let samePositionMM = 0.01
    /// Spacings may differ from their median by this share.
    static let spacingTolerance = 0.01
    /// Angles up to this are rounding, degrees.
    static let angleToleranceDegrees = 0.1
    /// A slice may lie this far beside the line through the first and the last, mm.
    static let lineToleranceMM = 0.1
}

/// Whether all slices of an acquisition are known to be here.
package enum Completeness: String, Sendable, Codable, Hashable {
    /// The header says how many there are, and they are here.
    case complete
    /// The header does not say how many there are: a missing first or last slice would not be noticed.
    case unknown
    /// The header announces more than are here.
    case incomplete
}

extension SeriesGeometry {
    /// Whether all slices that have an orientation share it. True where none has.
    static func shareOrientation(_ series: DICOMSeries) -> Bool {
        let frames = series.slices.map(series.frameHeader)
        guard let first = frames.first(where: { $0.rowDirection != nil && $0.columnDirection != nil }),
            let row = first.rowDirection, let column = first.columnDirection
        else { return true }
        return frames.allSatisfy { frame in
            guard let otherRow = frame.rowDirection, let otherColumn = frame.columnDirection else { return true }
            return degrees(row, otherRow) <= angleToleranceDegrees
                && degrees(column, otherColumn) <= angleToleranceDegrees
        }
    }

    /// Whether two slices lie at one position along the normal.
    static func hasDuplicatePositions(_ series: DICOMSeries) -> Bool {
        var heights: [Double] = []
        for slice in series.slices {
            let frame = series.frameHeader(slice)
            guard let position = frame.positionLPS, let row = frame.rowDirection, let column = frame.columnDirection
            else { return false }
            heights.append(dot(position, cross(row, column)))
        }
        heights.sort()
        return zip(heights, heights.dropFirst()).contains { $1 - $0 < samePositionMM }
    }

    /// The angle between two directions, degrees.
    static func degrees(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
        let sine = length(cross(a, b))
        return atan2(sine, dot(a, b)) * 180 / .pi
    }

    static func dot(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { (a * b).sum() }
    static func length(_ v: SIMD3<Double>) -> Double { dot(v, v).squareRoot() }
}
