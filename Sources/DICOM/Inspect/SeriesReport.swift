package import Imaging

/// What `inspect` says about one series. Holds free text from the file (`description`): for the screen, never for logs.
package struct SeriesReport: Codable, Sendable, Hashable {
    package var seriesInstanceUID: String
    /// What sets this part apart where a series had to be split, such as `echo time 2 (4.9 ms)`.
    package var part: String?
    package var number: Int?
    package var description: String?
    package var modality: String
    package var manufacturer: String?
    package var model: String?
    package var software: String?
    package var stationName: String?
    package var bodyPart: String?
    package var imageType: [String]
    package var transferSyntaxUIDs: [String]

    /// Number of files and of images (frames) in use, and of copies left out.
    package var files: Int
    package var frames: Int
    package var duplicates: Int
    /// Indices of the files in use, and of the copies, in the list of paths that was inspected.
    package var fileIndices: [Int]
    package var duplicateIndices: [Int]

    package var physics: Acquisition
    package var geometry: GeometryReport?
    package var completeness: CompletenessReport
    /// See `PixelHash`; slices in geometric order where there is one, else in the order of the files.
    package var pixelSHA256: String?
    package var instances: [InstanceReport]?

    /// `T1w`, `FLAIR` or `other`, and the rule that decided.
    package var contrast: Contrast
    package var contrastWhy: String
    /// Number of the administrator's rule that fits the series.
    package var rule: Int?
    /// What decided beyond physics: that rule, and what set the series apart from its rivals.
    package var decision: String?
    /// `T1w` or `FLAIR` where the series would be screened.
    package var chosenFor: Contrast?
    /// Why it would not; nil where it would.
    package var reason: Reason?
    /// What a reader of its result should know.
    package var notes: [Reason]
}

/// Where the voxels of a series lie.
package struct GeometryReport: Codable, Sendable, Hashable {
    /// Columns, rows, slices.
    package var shape: [Int]
    package var voxelSizeMM: [Double]
    package var sliceThicknessMM: Double?
    /// Four rows of four numbers: (column, row, slice) to RAS mm.
    package var affineRAS: [[Double]]

    init(_ geometry: SeriesGeometry) {
        let grid = geometry.grid
        shape = [grid.shape.x, grid.shape.y, grid.shape.z]
        voxelSizeMM = [grid.spacingMM.x, grid.spacingMM.y, grid.spacingMM.z]
        sliceThicknessMM = geometry.sliceThicknessMM
        let m = grid.affineRAS.rowMajor
        affineRAS = (0..<4).map { Array(m[(4 * $0)..<(4 * $0 + 4)]) }
    }
}

/// Whether all slices are here, and how that is known.
package struct CompletenessReport: Codable, Sendable, Hashable {
    package var state: Completeness
    package var words: String

    init(_ state: Completeness) {
        self.state = state
        words =
            switch state {
            case .complete: "All slices that the header announces are here."
            case .unknown:
                "The slices are evenly spaced, but the header does not say how many there are: "
                    + "a missing first or last slice would not be noticed."
            case .incomplete: "The series is not one whole volume."
            }
    }
}

/// One object of a series.
package struct InstanceReport: Codable, Sendable, Hashable {
    package var sopInstanceUID: String
    package var transferSyntaxUID: String
    /// See `PixelHash`.
    package var pixelSHA256: String
}
