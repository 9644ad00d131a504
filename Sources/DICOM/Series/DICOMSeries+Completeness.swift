extension DICOMSeries {
    /// Compares what is here with what the headers announce.
    ///
    /// A volume's own number of slices decides where it fits: an image count may speak of other echoes, time points or
    /// components that the sender keeps back. Without it every count must be met, because a series that is still arriving
    /// looks the same. A count below what is here counts something else, and says nothing.
    ///
    /// - Throws: `EXPECTED_SLICES_MISSING`.
    func completeness() throws(DICOMError) -> Completeness {
        let expected = files.map(\.header.expected)
        if let objects = expected.compactMap(\.concatenationTotal).max(), objects > files.count {
            throw missing("The image consists of \(objects) objects", here: files.count)
        }
        if let state = try volumeCompleteness() { return state }
        let images = expected.compactMap(\.imagesInAcquisition).max()
        let counts = [
            (isAcquired ? images : nil, imagesInSeries, "The acquisition has", "images"),
            (expected.compactMap(\.imagesInSeries).max(), imagesInSeries, "The series has", "images"),
            (expected.compactMap(\.objectsInSeries).max(), files.count, "The series has", "objects"),
        ]
        for case (let announced?, let here, let subject, let unit) in counts where announced > here {
            throw missing("\(subject) \(announced) \(unit)", here: here)
        }
        let isMet = counts.contains { announced, here, _, _ in announced == here }
        // Acquisitions and echoes of one series may each announce their own images.
        let isMetByPart = images.map { $0 == slices.count || $0 == imagesOfAcquisition } ?? false
        // A multi-frame object that was read to its end holds all its frames.
        let isWholeObject = files.count == 1 && files[0].header.frames.count > 1
        return isMet || isMetByPart || isWholeObject ? .complete : .unknown
    }

    /// What the number of slices of a volume says; nil where there is none that fits.
    private func volumeCompleteness() throws(DICOMError) -> Completeness? {
        let announced = Set(slices.compactMap { files[$0.file].header.expected.slicesInVolume })
        guard announced.count == 1, let count = announced.first else { return nil }
        if count == slices.count { return .complete }
        // Merged slabs have fewer slices than their sum.
        let slabs = slices.compactMap { files[$0.file].header.expected.slabs }.max() ?? 1
        guard isAcquired, slabs == 1, count > slices.count else { return nil }
        throw missing("A volume of this acquisition has \(count) slices", here: slices.count)
    }

    /// Derived images keep what was said of those they were computed from.
    private var isAcquired: Bool { !slices.contains { ImageKind.isDerived(frameHeader($0)) } }

    /// How many images carry the Acquisition Number of this part; nil where its images do not share one.
    private var imagesOfAcquisition: Int? {
        let numbers = Set(slices.map { files[$0.file].header.acquisitionNumber })
        guard numbers.count == 1, let shared = numbers.first, let number = shared else { return nil }
        return files.lazy.filter { $0.header.acquisitionNumber == number }.reduce(0) { $0 + $1.header.frames.count }
    }

    private func missing(_ announced: String, here: Int) -> DICOMError {
        DICOMError(.expectedSlicesMissing, "\(announced), of which \(here) are here.")
    }
}
