import DICOM
import Imaging
import Testing

@Suite struct SeriesChoiceTests {
    private func maker(_ number: Int, _ acquisition: Acquisition = .mprage) -> SeriesMaker {
        var maker = SeriesMaker()
        maker.seriesUID = "1.2.3.\(number)"
        maker.seriesNumber = number
        maker.acquisition = acquisition
        return maker
    }

    private func choose(_ makers: [SeriesMaker]) -> SeriesChoice.Outcome {
        SeriesChoice.choose(SeriesBuilder.series(of: makers.flatMap { $0.files() }))
    }

    private func code(_ maker: SeriesMaker) -> DICOMCode? { choose([maker]).reasons[0].reason?.code }

    @Test func findsBothOfAStudy() {
        let outcome = choose([maker(3), maker(7, .spaceFLAIR)])
        #expect(outcome.t1w?.seriesNumber == 3)
        #expect(outcome.flair?.seriesNumber == 7)
        #expect(outcome.reasons.map(\.chosenFor) == [.t1w, .flair])
    }

    @Test func descriptionDoesNotMakeAContrast() {
        var files = maker(3).files { _, header in header.privateText.seriesDescription = "T2 FLAIR sag 3D" }
        files += maker(4, .spaceFLAIR).files { _, header in header.privateText.seriesDescription = "t1_mprage" }
        let outcome = SeriesChoice.choose(SeriesBuilder.series(of: files))
        #expect(outcome.t1w?.seriesNumber == 3)
        #expect(outcome.flair?.seriesNumber == 4)
    }

    @Test func descriptionBreaksATie() {
        var files = maker(3).files { _, header in header.privateText.seriesDescription = "t1 mprage sag" }
        files += maker(4).files { _, header in header.privateText.seriesDescription = "t1 mprage post Gd" }
        let outcome = SeriesChoice.choose(SeriesBuilder.series(of: files))
        #expect(outcome.t1w?.seriesNumber == 3)
        #expect(outcome.reasons[1].reason?.code == .betterSeries)
    }

    @Test func originalIsPreferredToDerived() {
        var derived = maker(9)
        derived.imageType = ["DERIVED", "PRIMARY", "M", "NORM"]
        #expect(choose([derived, maker(3)]).t1w?.seriesNumber == 3)
        #expect(choose([derived]).t1w?.seriesNumber == 9)
    }

    @Test func finerVoxelsArePreferred() {
        var coarse = maker(9)
        coarse.stepMM = 1.9
        #expect(choose([coarse, maker(3)]).t1w?.seriesNumber == 3)
    }

    @Test func repeatedScanIsPreferred() {
        #expect(choose([maker(3), maker(4)]).t1w?.seriesNumber == 4)
    }

    @Test func choiceDoesNotDependOnOrder() {
        let makers = [maker(3), maker(4), maker(7, .spaceFLAIR)]
        #expect(choose(makers).t1w?.seriesInstanceUID == choose(makers.reversed()).t1w?.seriesInstanceUID)
    }

    @Test func computedTomographyIsNotMR() {
        var ct = maker(3)
        ct.modality = "CT"
        #expect(code(ct) == .notMR)
        #expect(refusal(ct.series()[0]) == nil)
    }

    @Test func twoDimensionalIsRefused() {
        var flat = maker(3)
        flat.acquisition.acquisitionType = "2D"
        #expect(code(flat) == .not3D)
        flat.acquisition.acquisitionType = nil
        #expect(code(flat) == nil)
        flat.acquisition.sequenceName = nil
        #expect(code(flat) == .not3D)
    }

    @Test func thickSlicesAreRefused() {
        var thick = maker(3)
        thick.stepMM = 5
        #expect(code(thick) == .tooThick)
    }

    @Test func contrastAgentIsRefused() {
        var enhanced = maker(3)
        enhanced.acquisition.hasContrastAgent = true
        #expect(code(enhanced) == .contrastAgent)
    }

    @Test func uniformImageOfMP2RAGEIsRefused() {
        var uniform = maker(3)
        uniform.imageType = ["DERIVED", "PRIMARY", "M", "ND", "UNI"]
        #expect(code(uniform) == .syntheticOrCombined)
    }

    @Test func brokenSeriesIsPassedOver() {
        let broken = maker(9).files().enumerated().filter { $0.offset != 5 }.map(\.element)
        let outcome = SeriesChoice.choose(SeriesBuilder.series(of: maker(3).files() + broken))
        #expect(outcome.t1w?.seriesNumber == 3)
        #expect(outcome.reasons[1].reason?.code == .missingSlice)
    }
}
