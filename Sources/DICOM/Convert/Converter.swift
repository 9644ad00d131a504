package import Imaging

/// DICOM series to volume.
package enum Converter {
    /// Reads the pixels of a series, one slice at a time, into a volume on the series' own grid.
    ///
    /// Voxel (i, j, k) is column i of row j of the k-th slice along the normal, times that slice's rescale slope plus its
    /// intercept. Any modality is converted; whether a series may be screened is another question (`SeriesChoice`).
    package static func volume(of series: DICOMSeries) throws(DICOMError) -> Volume {
        let geometry = try series.geometry()
        var volume = Volume(grid: geometry.grid)
        try eachSlice(of: series, in: geometry.slices) { (k, values) throws(DICOMError) in
            let frame = series.frameHeader(geometry.slices[k])
            guard let slope = frame.rescaleSlope, let intercept = frame.rescaleIntercept, slope != 0 else {
                throw DICOMError(.invalidRescale)
            }
            fill(&volume, slice: k, with: values, slope: slope, intercept: intercept)
        }
        return volume
    }

    /// Decodes slices in the given order; a file stays open as long as the next slice is in it.
    static func eachSlice(
        of series: DICOMSeries, in order: [DICOMSeries.Slice],
        _ body: (Int, [Int32]) throws(DICOMError) -> Void
    ) throws(DICOMError) {
        var open: (file: Int, reader: PixelReader)?
        for (k, slice) in order.enumerated() {
            let reader: PixelReader
            if let current = open, current.file == slice.file {
                reader = current.reader
            } else {
                let file = series.files[slice.file]
                reader = try PixelReader(object: DICOMFile.open(file.path), format: file.header.pixels)
                open = (slice.file, reader)
            }
            try body(k, try reader.frame(slice.frame))
        }
    }

    private static func fill(
        _ volume: inout Volume, slice k: Int, with values: [Int32], slope: Double, intercept: Double
    ) {
        let shape = volume.shape  // (columns, rows, slices)
        volume.voxels.withUnsafeMutableBufferPointer { voxels in
            for row in 0..<shape.y {
                for column in 0..<shape.x {
                    let value = Double(values[row * shape.x + column]) * slope + intercept
                    voxels[(column * shape.y + row) * shape.z + k] = Float(value)
                }
            }
        }
    }
}
