import DICOM
import Imaging
import Testing

@Suite struct SeriesGeometryTests {
    @Test func affineIsRowColumnNormalInRAS() throws {
        let geometry = try SeriesMaker().series()[0].geometry()
        let affine = geometry.grid.affineRAS
        #expect(geometry.grid.shape == [16, 20, 12])
        #expect(close(affine.column0, [-0.9, 0, 0]))
        #expect(close(affine.column1, [0, -1.1, 0]))
        #expect(close(affine.column2, [0, 0, 1.3]))
        #expect(close(affine.translation, [50, 60, -30]))
        #expect(geometry.completeness == .unknown)
    }

    @Test func filesMayArriveInAnyOrderAndNumbering() throws {
        let ordered = SeriesMaker().files()
        var shuffled = SeriesMaker().files { k, header in header.instanceNumber = (k * 5) % 12 + 1 }
        shuffled.reverse()
        let first = SeriesBuilder.series(of: ordered)[0]
        let second = SeriesBuilder.series(of: shuffled)[0]
        let firstGeometry = try first.geometry()
        let secondGeometry = try second.geometry()
        #expect(firstGeometry.grid == secondGeometry.grid)
        let names: [String] = firstGeometry.slices.map { first.files[$0.file].header.sopInstanceUID }
        let otherNames: [String] = secondGeometry.slices.map { second.files[$0.file].header.sopInstanceUID }
        #expect(names == otherNames)
    }

    @Test func normalPointingDownStillStacksAlongIt() throws {
        var maker = SeriesMaker()
        maker.column = [0, -1, 0]
        let affine = try maker.series()[0].geometry().grid.affineRAS
        #expect(close(affine.column2, [0, 0, -1.3]))
        #expect(affine.determinant > 0)
    }

    @Test func missingSliceIsRefused() {
        var files = SeriesMaker().files()
        files.remove(at: 5)
        #expect(refusal(SeriesBuilder.series(of: files)[0]) == .missingSlice)
    }

    @Test func unevenSpacingIsRefused() {
        let series = SeriesMaker().series { k, header in
            if k == 11 { header.frames[0].positionLPS?.z += 0.5 }
        }
        #expect(refusal(series[0]) == .unevenSpacing)
    }

    @Test func missingLastSliceIsNoticedWhereTheHeaderSaysHowMany() throws {
        var files = SeriesMaker().files { _, header in header.expected.imagesInAcquisition = 12 }
        #expect(try SeriesBuilder.series(of: files)[0].geometry().completeness == .complete)
        files.removeLast()
        #expect(refusal(SeriesBuilder.series(of: files)[0]) == .expectedSlicesMissing)
    }

    @Test func missingPartOfAConcatenationIsRefused() {
        let series = SeriesMaker().series { _, header in header.expected.concatenationTotal = 13 }
        #expect(refusal(series[0]) == .expectedSlicesMissing)
    }

    @Test(arguments: [0.4, 0.01])
    func shearIsRefused(driftMM: Double) {
        var maker = SeriesMaker()
        maker.driftMM = [0, driftMM, 0]
        #expect(refusal(maker.series()[0]) == .sheared)
    }

    @Test func oneSliceAsideIsRefused() {
        let series = SeriesMaker().series { k, header in
            if k == 5 { header.frames[0].positionLPS?.x += 1 }
        }
        #expect(refusal(series[0]) == .sheared)
    }

    @Test func roundedPositionsAreAccepted() {
        let series = SeriesMaker().series { _, header in
            let p = header.frames[0].positionLPS ?? .zero
            header.frames[0].positionLPS = (p * 1000).rounded(.toNearestOrEven) / 1000
        }
        #expect(refusal(series[0]) == nil)
    }

    @Test func mixedOrientationIsRefusedWhole() {
        let series = SeriesMaker().series { k, header in
            if k < 6 {
                header.frames[0].columnDirection = [0, 0, -1]
                header.frames[0].echoTimeMS = 90
            }
        }
        #expect(series.count == 1)
        #expect(refusal(series[0]) == .mixedOrientation)
    }

    @Test func differingSizeIsRefused() {
        let matrix = SeriesMaker().series { k, header in if k == 3 { header.pixels.rows = 10 } }
        #expect(refusal(matrix[0]) == .differingSize)
        let spacing = SeriesMaker().series { k, header in if k == 3 { header.frames[0].rowSpacingMM = 1.2 } }
        #expect(refusal(spacing[0]) == .differingSize)
    }

    @Test func missingGeometryIsRefused() {
        let series = SeriesMaker().series { _, header in
            header.frames[0].positionLPS = nil
            header.frames[0].rowDirection = nil
        }
        #expect(refusal(series[0]) == .noGeometry)
    }

    @Test func impossibleGeometryIsRefused() {
        let stretched = SeriesMaker().series { _, header in header.frames[0].rowDirection = [2, 0, 0] }
        #expect(refusal(stretched[0]) == .invalidGeometry)
        let far = SeriesMaker().series { k, header in header.frames[0].positionLPS = [0, 0, 1e300 * Double(k)] }
        #expect(refusal(far[0]) == .invalidGeometry)
        let zero = SeriesMaker().series { _, header in header.frames[0].rowSpacingMM = 0 }
        #expect(refusal(zero[0]) == .invalidGeometry)
    }

    @Test func otherFrameOfReferenceIsRefused() {
        let series = SeriesMaker().series { k, header in if k == 3 { header.frameOfReferenceUID = "1.10" } }
        #expect(refusal(series[0]) == .mixedFrameOfReference)
    }

    @Test(arguments: [1, 2])
    func tooFewSlicesAreNoVolume(count: Int) {
        var maker = SeriesMaker()
        maker.count = count
        #expect(refusal(maker.series()[0]) == .notAVolume)
    }

    @Test(arguments: [
        (["ORIGINAL", "PRIMARY", "LOCALIZER"], DICOMCode.localizer),
        (["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"], .mosaic),
        (["ORIGINAL", "PRIMARY", "P", "ND"], .phase),
        (["ORIGINAL", "PRIMARY", "PHASE MAP", "P", "FFE"], .phase),
        (["ORIGINAL", "PRIMARY", "R_IR", "R", "IR"], .phase),
        (["DERIVED", "SECONDARY", "MPR"], .reformatted),
        (["DERIVED", "PRIMARY", "PROJECTION IMAGE", "M"], .projection),
        (["DERIVED", "SECONDARY", "SCREEN SAVE"], .secondaryCapture),
    ])
    func imageTypeIsRefused(imageType: [String], code: DICOMCode) {
        var maker = SeriesMaker()
        maker.imageType = imageType
        #expect(refusal(maker.series()[0]) == code)
    }

    @Test func secondaryCaptureClassIsRefused() {
        let series = SeriesMaker().series { _, header in header.sopClassUID = "1.2.840.10008.5.1.4.1.1.7.2" }
        #expect(refusal(series[0]) == .secondaryCapture)
    }

    @Test func filteredDerivedImagesAreAVolume() {
        var maker = SeriesMaker()
        maker.imageType = ["DERIVED", "PRIMARY", "M", "NORM", "DIS3D"]
        #expect(refusal(maker.series()[0]) == nil)
    }

    private func close(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Bool {
        let d = a - b
        return (d * d).sum() < 1e-18
    }
}
