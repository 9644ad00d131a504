import DICOM
import Imaging
import Testing

@Suite struct DICOMStudyTests {
    private func flair() -> SeriesMaker {
        var maker = SeriesMaker()
        maker.seriesUID = "1.2.3.5"
        maker.seriesNumber = 2
        maker.acquisition = Acquisition(
            repetitionTimeMS: 5000, echoTimeMS: 390, inversionTimeMS: 1800, scanningSequence: ["SE", "IR"],
            acquisitionType: "3D")
        return maker
    }

    private func studies(t1wDay: Int, flairDay: Int) -> [DICOMStudy] {
        let t1w = SeriesMaker().files { _, header in header.acquired = AcquisitionMoment(day: t1wDay, second: 10) }
        let other = flair().files { _, header in header.acquired = AcquisitionMoment(day: flairDay, second: 10) }
        return SeriesBuilder.studies(of: t1w + other)
    }

    @Test func seriesOfOneExaminationAreBothChosen() {
        let choice = DICOMStudy.refusingDifferentDays(
            SeriesChoice.choose(studies(t1wDay: 5, flairDay: 6)[0].series))
        #expect(choice.t1w != nil && choice.flair != nil)
    }

    @Test func seriesOfDifferentDaysAreBothRefused() {
        let choice = DICOMStudy.refusingDifferentDays(
            SeriesChoice.choose(studies(t1wDay: 5, flairDay: 7)[0].series))
        #expect(choice.t1w == nil && choice.flair == nil)
        #expect(choice.reasons.map(\.reason?.code) == [.acquiredOnDifferentDays, .acquiredOnDifferentDays])
        #expect(choice.reasons.allSatisfy { $0.chosenFor == nil })
    }

    @Test func slicesOfDifferentDaysAreRefused() {
        let series = SeriesMaker().series { k, header in
            header.acquired = AcquisitionMoment(day: k < 6 ? 5 : 9, second: nil)
        }
        #expect(series.map(refusal) == [.acquiredOnDifferentDays])
    }

    @Test func sameObjectInTwoSeriesIsAnAlarm() {
        let copy = SeriesMaker().files { _, header in header.seriesInstanceUID = "1.2.3.9" }
        let study = SeriesBuilder.studies(of: SeriesMaker().files() + copy)[0]
        #expect(study.alarms.map(\.code) == ["SAME_OBJECT_IN_TWO_SERIES"])
        #expect(study.series.map(refusal) == [nil, nil])
        #expect(study.notes.isEmpty)
    }

    @Test func studiesAreJudgedEach() {
        let other = SeriesMaker().files { _, header in
            header.studyInstanceUID = "1.2.9"
            header.patient.id = "two"
        }
        let studies = SeriesBuilder.studies(of: other + SeriesMaker().files())
        #expect(studies.map(\.studyInstanceUID) == ["1.2.3", "1.2.9"])
        #expect(studies.allSatisfy { $0.refusal == nil })
    }
}
