/// How the stored pixels of an object are laid out (DICOM PS3.3 C.7.6.3).
package struct PixelFormat: Codable, Sendable, Hashable {
    package var rows: Int
    package var columns: Int
    package var frames: Int
    /// 8 or 16.
    package var bitsAllocated: Int
    package var bitsStored: Int
    package var highBit: Int
    /// Whether stored values are two's complement.
    package var isSigned: Bool

    /// The largest size along any axis: a head at 0.5 mm.
    package static let largestExtent = 512

    package init(
        rows: Int, columns: Int, frames: Int = 1, bitsAllocated: Int = 16, bitsStored: Int = 16, highBit: Int = 15,
        isSigned: Bool = false
    ) {
        self.rows = rows
        self.columns = columns
        self.frames = frames
        self.bitsAllocated = bitsAllocated
        self.bitsStored = bitsStored
        self.highBit = highBit
        self.isSigned = isSigned
    }

    package var pixelsPerFrame: Int { rows * columns }
    package var bytesPerFrame: Int { pixelsPerFrame * bitsAllocated / 8 }

    /// Reads and checks the description. Nothing is allocated by what it says before this.
    init(of root: DataSet) throws(DICOMError) {
        guard let rows = root.integer(.rows), let columns = root.integer(.columns) else {
            throw DICOMError(.noPixels, "The object has no matrix size.")
        }
        let frames =
            root.itemCount(.perFrameFunctionalGroups) > 0 || root.number(.numberOfFrames) != nil
            ? root.integer(.numberOfFrames) : 1
        guard let frames, rows > 0, columns > 0, frames > 0 else {
            throw DICOMError(.unsupportedPixels, "Rows, columns and frames must be positive numbers.")
        }
        let limit = Self.largestExtent
        guard rows <= limit, columns <= limit, frames <= limit else {
            throw DICOMError(.tooLarge, "The image has more than \(limit) rows, columns or frames.")
        }
        guard
            root.integer(.samplesPerPixel) ?? 1 == 1,
            root.code(.photometricInterpretation)?.hasPrefix("MONOCHROME") ?? false
        else { throw DICOMError(.unsupportedPixels, "The pixels are not greyscale.") }
        let allocated = root.integer(.bitsAllocated) ?? 0
        let stored = root.integer(.bitsStored) ?? allocated
        let high = root.integer(.highBit) ?? stored - 1
        guard allocated == 8 || allocated == 16, (1...allocated).contains(stored), high < allocated, high >= stored - 1
        else { throw DICOMError(.unsupportedPixels) }
        guard let representation = root.integer(.pixelRepresentation), (0...1).contains(representation) else {
            throw DICOMError(.unsupportedPixels, "Pixel Representation is missing.")
        }
        self.init(
            rows: rows, columns: columns, frames: frames, bitsAllocated: allocated, bitsStored: stored, highBit: high,
            isSigned: representation == 1)
    }
}
