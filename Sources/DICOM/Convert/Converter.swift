package import Imaging

/// DICOM series to volume.
package enum Converter {
    /// Reads the pixels of a series into a volume on the series' own grid.
    ///
    /// Voxel (i, j, k) is column i of row j of the k-th slice along the normal, times that slice's rescale slope plus its
    /// intercept. Any modality is converted; whether a series may be screened is another question (`SeriesChoice`).
    /// - Parameter threads: decode slices; each opens the files of its own share.
    package static func volume(of series: DICOMSeries, threads: Int = 1) throws(DICOMError) -> Volume {
        let geometry = try series.geometry()
        var volume = Volume(grid: geometry.grid)
        let (shape, count) = (geometry.grid.shape, geometry.slices.count)
        let shares = max(1, min(threads, count / slicesAtOnce))
        try volume.voxels.withUnsafeMutableBufferPointer { voxels throws(DICOMError) in
            // Each slice has voxels of its own, which no type can say.
            nonisolated(unsafe) let voxels = voxels.baseAddress!
            _ = try Parallel.tryMap(shares, threads: threads) { share throws(DICOMError) in
                let range = count * share / shares..<count * (share + 1) / shares
                try read(geometry.slices, range, of: series, shape, into: voxels)
            }
        }
        return volume
    }

    /// Slices that are put into the volume together: along its contiguous axis they are neighbours.
    private static let slicesAtOnce = 16

    private static func read(
        _ slices: [DICOMSeries.Slice], _ range: Range<Int>, of series: DICOMSeries, _ shape: SIMD3<Int>,
        into voxels: UnsafeMutablePointer<Float>
    ) throws(DICOMError) {
        var block = DecodedSlices()
        try eachSlice(of: series, in: Array(slices[range])) { (place, values) throws(DICOMError) in
            let k = range.lowerBound + place
            let frame = series.frameHeader(slices[k])
            guard let slope = frame.rescaleSlope, let intercept = frame.rescaleIntercept, slope != 0 else {
                throw DICOMError(.invalidRescale)
            }
            precondition(values.count == shape.x * shape.y, "as many values as the slice has voxels")
            block.values += values
            block.rescales.append((slope, intercept))
            if block.rescales.count == slicesAtOnce || k == range.upperBound - 1 {
                fill(voxels, shape, from: k + 1 - block.rescales.count, with: block)
                block.values.removeAll(keepingCapacity: true)
                block.rescales.removeAll(keepingCapacity: true)
            }
        }
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

    /// Some neighbouring slices: their stored values, (slices, rows, columns), and what makes intensities of them.
    private struct DecodedSlices {
        var values: [Int32] = []
        var rescales: [(slope: Double, intercept: Double)] = []
    }

    /// - Parameter shape: (columns, rows, slices)
    private static func fill(
        _ voxels: UnsafeMutablePointer<Float>, _ shape: SIMD3<Int>, from first: Int, with slices: DecodedSlices
    ) {
        // Sixteen by sixteen, so that both sides stay in the cache.
        let tile = 16
        slices.values.withUnsafeBufferPointer { values in
            slices.rescales.withUnsafeBufferPointer { rescales in
                for row0 in stride(from: 0, to: shape.y, by: tile) {
                    for column0 in stride(from: 0, to: shape.x, by: tile) {
                        for column in column0..<min(column0 + tile, shape.x) {
                            for row in row0..<min(row0 + tile, shape.y) {
                                let to = (column * shape.y + row) * shape.z + first
                                for k in 0..<rescales.count {
                                    let stored = values[(k * shape.y + row) * shape.x + column]
                                    voxels[to + k] = Float(Double(stored) * rescales[k].slope + rescales[k].intercept)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
