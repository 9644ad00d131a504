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
        if try isWholeVolume() { return .complete }
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
        let isMetByPart =
            shared(\.locations) == slices.count || images == slices.count
            || images.map { $0 == imagesOfAcquisition } ?? false
        // A multi-frame object that was read to its end holds all its frames.
        let isWholeObject = files.count == 1 && files[0].header.frames.count > 1
        return isMet || isMetByPart || isWholeObject ? .complete : .unknown
    }

    /// Whether a volume's own number of slices is met: then nothing else is asked. A larger one is not met by anything.
    private func isWholeVolume() throws(DICOMError) -> Bool {
        let volume = shared(\.slicesInVolume)
        if volume == slices.count { return true }
        // Merged slabs have fewer slices than their sum.
        let binding = (shared(\.slabs) ?? 1) == 1 ? volume : nil
        for count in [binding, shared(\.locations)].compactMap({ $0 }) where isAcquired && count > slices.count {
            throw missing("A volume of this acquisition has \(count) slices", here: slices.count)
        }
        return false
    }

    /// A count that all images of this part agree on.
    private func shared(_ count: (ExpectedCounts) -> Int?) -> Int? {
        let announced = Set(slices.map { count(files[$0.file].header.expected) })
        return announced.count == 1 ? announced.first.flatMap { $0 } : nil
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
