import DICOM
import Imaging
import Testing

@Suite struct SeriesBuilderTests {
    @Test func copiesOfAnObjectAreDropped() {
        let files = SeriesMaker().files()
        let series = SeriesBuilder.series(of: files + files)
        #expect(series.count == 1)
        #expect(series[0].slices.count == 12)
        #expect(series[0].duplicates.count == 12)
        #expect(refusal(series[0]) == nil)
    }

    @Test func differentObjectsOfOneUIDAreRefused() {
        var files = SeriesMaker().files()
        files.append(files[3])
        files[12].header.contentSHA256 = "other"
        #expect(refusal(SeriesBuilder.series(of: files)[0]) == .conflictingDuplicate)
    }

    @Test func sameImageInAnotherEncodingIsACopy() {
        var files = SeriesMaker().files()
        files.append(files[3])
        files[12].header.contentSHA256 = "other"
        files[12].header.transferSyntaxUID = TransferSyntax.jpeg2000Lossless.rawValue
        let series = SeriesBuilder.series(of: files, samePixels: { _, _ in true })
        #expect(refusal(series[0]) == nil)
        #expect(series[0].duplicates.count == 1)
    }

    @Test func otherHeaderUnderOneUIDIsRefusedWhateverThePixels() {
        var files = SeriesMaker().files()
        files.append(files[3])
        files[12].header.contentSHA256 = "other"
        files[12].header.frames[0].positionLPS?.x += 1
        let series = SeriesBuilder.series(of: files, samePixels: { _, _ in true })
        #expect(refusal(series[0]) == .conflictingDuplicate)
    }

    @Test func twoPatientsInOneStudyAreRefused() {
        var other = SeriesMaker()
        other.seriesUID = "1.2.3.5"
        other.patient = "two"
        let series = SeriesBuilder.series(of: SeriesMaker().files() + other.files())
        #expect(series.map(refusal) == [.conflictingPatient, .conflictingPatient])
    }

    @Test func echoesAreSplitAndCheckedEach() throws {
        let series = SeriesMaker().series { k, header in header.frames[0].echoTimeMS = k % 2 == 0 ? 3 : 9 }
        #expect(series.map(\.slices.count) == [6, 6])
        #expect(series.map(\.part) == ["echo time 1 (3.0 ms)", "echo time 2 (9.0 ms)"])
        #expect(series.map(refusal) == [nil, nil])
        #expect(series.map(\.acquisition.echoTimeMS) == [3, 9])
        #expect(try series[0].geometry().grid.spacingMM.z == 2.6)
    }

    @Test func slightlyDifferentEchoTimesAreOneEcho() {
        let series = SeriesMaker().series { k, header in header.frames[0].echoTimeMS = 100 + 0.01 * Double(k) }
        #expect(series.count == 1)
    }

    @Test func phaseImagesAreSplitFromMagnitude() {
        let magnitude = SeriesMaker().files()
        let phase = SeriesMaker().files { _, header in
            header.frames[0].imageType = ["ORIGINAL", "PRIMARY", "P", "ND"]
            header.imageType = header.frames[0].imageType
            header.sopInstanceUID += ".7"
            header.contentSHA256 += "phase"
        }
        let series = SeriesBuilder.series(of: magnitude + phase)
        #expect(series.map(refusal) == [nil, .phase])
    }

    @Test func repeatedAcquisitionIsSplit() {
        let first = SeriesMaker().files { _, header in header.acquisitionNumber = 1 }
        let second = SeriesMaker().files { _, header in
            header.acquisitionNumber = 2
            header.sopInstanceUID += ".7"
        }
        let series = SeriesBuilder.series(of: first + second)
        #expect(series.map(\.part) == ["acquisition 1", "acquisition 2"])
        #expect(series.map(refusal) == [nil, nil])
    }

    @Test func unexplainedDuplicatePositionIsRefused() {
        var files = SeriesMaker().files()
        files.append(files[5])
        files[12].header.sopInstanceUID += ".7"
        let series = SeriesBuilder.series(of: files)
        #expect(series.map(refusal) == [.duplicatePosition])
    }

    @Test func framesOfOneObjectAreSortedByPosition() throws {
        let classic = SeriesMaker().files()
        var header = classic[0].header
        header.frames = (0..<12).map { f in classic[(f * 5) % 12].header.frames[0] }
        header.pixels.frames = 12
        let series = SeriesBuilder.series(of: [SourceFile(path: "/one", header: header)])
        let geometry = try series[0].geometry()
        // Frame f holds position 5 f mod 12.
        let positions: [Int] = geometry.slices.map { $0.frame * 5 % 12 }
        #expect(positions == Array(0..<12))
        let grid = try SeriesBuilder.series(of: classic)[0].geometry().grid
        #expect(geometry.grid == grid)
        #expect(geometry.completeness == .complete)
    }
}
