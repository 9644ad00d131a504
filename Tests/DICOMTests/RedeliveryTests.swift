import DICOM
import Imaging
import Testing

@Suite struct RedeliveryTests {
    private let first = SeriesMaker().files()

    /// The series with another patient and other bytes, as an archive sends it after a correction.
    private var corrected: [SourceFile] {
        SeriesMaker().files { _, header in
            header.patient.id = "two"
            header.contentSHA256 += " corrected"
        }
    }

    private func study(_ files: [SourceFile]) throws -> DICOMStudy {
        try #require(SeriesBuilder.studies(of: files).first)
    }

    @Test func seriesSentAgainWholeReplacesTheOlderOne() throws {
        let study = try study(first + corrected)
        #expect(study.refusal == nil)
        #expect(study.series.map(refusal) == [nil])
        #expect(study.files.allSatisfy { $0.header.patient.id == "two" })
        #expect(study.series[0].replaced.count == 12)
        #expect(study.notes.map(\.code) == ["OBJECTS_REPLACED"])
        #expect(study.notes[0].message.hasPrefix("12 objects"))
        #expect(study.alarms.map(\.code) == ["OBJECTS_REPLACED"])
    }

    @Test func orderOfTheObjectsDoesNotMatter() throws {
        let study = try study(first.reversed() + corrected)
        #expect(study.refusal == nil)
        #expect(study.files.allSatisfy { $0.header.patient.id == "two" })
    }

    @Test func halfOfASeriesSentAgainIsRefused() throws {
        let study = try study(first + corrected.prefix(6))
        #expect(study.refusal?.code == .conflictingPatient)
        #expect(study.alarms.map(\.code) == ["CONFLICTING_PATIENT", "DUPLICATE_DIFFERS"])
    }

    @Test func otherContentOfOneObjectIsRefused() throws {
        var changed = first[3]
        changed.header.contentSHA256 = "other"
        let study = try study(first + [changed])
        #expect(study.refusal == nil)
        #expect(study.series.map(refusal) == [.conflictingDuplicate])
        #expect(study.alarms.map(\.code) == ["DUPLICATE_DIFFERS"])
    }

    @Test func newerDeliveryMayHoldObjectsThatTheOlderLacked() throws {
        let study = try study(first.dropLast(3) + corrected)
        #expect(study.series.map(refusal) == [nil])
        #expect(study.series[0].slices.count == 12)
        #expect(study.series[0].replaced.count == 9)
    }

    @Test func unchangedObjectsOfANewerDeliveryCountAsSentAgain() throws {
        var newer = first
        newer[0].header.contentSHA256 = "other"
        #expect(try study(first + newer).series.map(refusal) == [nil])
        // But copies that came before the change do not.
        var late = first[0]
        late.header.contentSHA256 = "other"
        #expect(try study(first + first + [late]).series.map(refusal) == [.conflictingDuplicate])
    }

    @Test func theLastDeliveryCounts() throws {
        let study = try study(first + corrected + first)
        #expect(study.files.allSatisfy { $0.header.patient.id == "one" })
        #expect(study.refusal == nil)
    }

    @Test func correctionOfOneSeriesOnlyLeavesTwoPatients() throws {
        var maker = SeriesMaker()
        maker.seriesUID = "1.2.3.5"
        let study = try study(first + maker.files() + corrected)
        #expect(study.refusal?.code == .conflictingPatient)
        #expect(study.series.map(refusal) == [.conflictingPatient, .conflictingPatient])
    }

    @Test func transcodedSeriesIsACopy() throws {
        let transcoded = SeriesMaker().files { _, header in
            header.contentSHA256 += " j2k"
            header.transferSyntaxUID = TransferSyntax.jpeg2000Lossless.rawValue
        }
        let study = try #require(
            SeriesBuilder.studies(of: first + transcoded, samePixels: { _, _ in true }).first)
        #expect(study.series[0].duplicates.count == 12)
        #expect(study.notes.isEmpty && study.alarms.isEmpty)
    }
}
