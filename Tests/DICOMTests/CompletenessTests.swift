import DICOM
import Imaging
import Testing

@Suite struct CompletenessTests {
    /// Twelve slices, less those left out, whose headers say `expected`.
    private func completeness(
        _ expected: ExpectedCounts, without left: [Int] = [], imageType: [String]? = nil
    ) throws -> Completeness {
        var maker = SeriesMaker()
        if let imageType { maker.imageType = imageType }
        let files = maker.files { _, header in header.expected = expected }
        let kept = files.indices.filter { !left.contains($0) }.map { files[$0] }
        return try SeriesBuilder.series(of: kept)[0].geometry().completeness
    }

    @Test func nothingAnnouncedIsUnknown() throws {
        #expect(try completeness(ExpectedCounts()) == .unknown)
    }

    @Test(arguments: [0, 11])
    func missingFirstOrLastSliceIsSeenByTheVolumesOwnCount(left: Int) throws {
        let expected = ExpectedCounts(slicesInVolume: 12, slabs: 1)
        #expect(try completeness(expected) == .complete)
        let error = #expect(throws: DICOMError.self) { try completeness(expected, without: [left]) }
        #expect(error?.code == .expectedSlicesMissing)
    }

    @Test func everyKindOfCountIsCompared() throws {
        let counts = [
            ExpectedCounts(imagesInAcquisition: 12), ExpectedCounts(imagesInSeries: 12),
            ExpectedCounts(objectsInSeries: 12), ExpectedCounts(slicesInVolume: 12), ExpectedCounts(locations: 12),
        ]
        for expected in counts {
            #expect(try completeness(expected) == .complete)
            let error = #expect(throws: DICOMError.self) { try completeness(expected, without: [11]) }
            #expect(error?.code == .expectedSlicesMissing)
        }
    }

    @Test func volumesOwnCountOutweighsOneOverAllEchoes() throws {
        #expect(try completeness(ExpectedCounts(slicesInVolume: 12, imagesInAcquisition: 24)) == .complete)
        #expect(throws: DICOMError.self) { try completeness(ExpectedCounts(imagesInAcquisition: 24)) }
    }

    @Test func smallerCountSaysNothing() throws {
        // As for interpolated slices, of which half were acquired.
        #expect(try completeness(ExpectedCounts(slicesInVolume: 6)) == .unknown)
        #expect(try completeness(ExpectedCounts(imagesInAcquisition: 6)) == .unknown)
    }

    /// GE's ZIP2 doubles the slices and not the locations: half of a head must not pass for a whole one.
    @Test func interpolatedSlicesAreMeasuredByTheImages() throws {
        let expected = ExpectedCounts(locations: 6, imagesInAcquisition: 12)
        #expect(try completeness(expected) == .complete)
        #expect(throws: DICOMError.self) { try completeness(expected, without: [11]) }
        #expect(throws: DICOMError.self) { try completeness(expected, without: [6, 7, 8, 9, 10, 11]) }
    }

    @Test func mergedSlabsMayHaveFewerSlices() throws {
        #expect(try completeness(ExpectedCounts(slicesInVolume: 14, slabs: 2)) == .unknown)
        #expect(try completeness(ExpectedCounts(slicesInVolume: 12, slabs: 2)) == .complete)
    }

    @Test func derivedImagesKeepTheCountsOfTheirSource() throws {
        let derived = ["DERIVED", "PRIMARY", "M", "ND"]
        #expect(try completeness(ExpectedCounts(slicesInVolume: 24), imageType: derived) == .unknown)
        #expect(try completeness(ExpectedCounts(imagesInAcquisition: 24), imageType: derived) == .unknown)
        #expect(throws: DICOMError.self) {
            try completeness(ExpectedCounts(imagesInSeries: 24), imageType: derived)
        }
    }

    @Test func eachEchoIsMeasuredByTheVolumesOwnCount() throws {
        var second = SeriesMaker()
        second.acquisition.echoTimeMS = 9
        let one = SeriesMaker().files { _, header in header.expected.slicesInVolume = 12 }
        let two = second.files { _, header in
            header.expected.slicesInVolume = 12
            header.sopInstanceUID += ".7"
        }
        let series = SeriesBuilder.series(of: one + two.dropLast())
        #expect(series.map(refusal) == [nil, .expectedSlicesMissing])
        #expect(try series[0].geometry().completeness == .complete)
    }

    @Test func eachOfSeveralAcquisitionsMeetsItsOwnCount() throws {
        let files = (1...2).flatMap { number in
            SeriesMaker().files { _, header in
                header.expected.imagesInAcquisition = 12
                header.acquisitionNumber = number
                header.sopInstanceUID += ".\(number)"
            }
        }
        let series = SeriesBuilder.series(of: files.dropLast())
        #expect(try series.map { try $0.geometry().completeness } == [.complete, .unknown])
    }
}
