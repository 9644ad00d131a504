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

    private func described(_ maker: SeriesMaker, _ text: String, study: String? = nil) -> [SourceFile] {
        maker.files { _, header in
            header.privateText.seriesDescription = text
            header.privateText.studyDescription = study
        }
    }

    @Test func descriptionBreaksATie() {
        let files = described(maker(3), "t1 mprage sag") + described(maker(4), "test")
        let outcome = SeriesChoice.choose(SeriesBuilder.series(of: files))
        #expect(outcome.t1w?.seriesNumber == 3)
        #expect(outcome.reasons[0].decision == "Preferred to series 4: named for its contrast.")
        #expect(outcome.reasons[1].reason?.code == .betterSeries)
    }

    @Test func wordsOfAnAgentRefuseWhereNoTagSaysSo() {
        let files = described(maker(3), "t1 mprage sag") + described(maker(4), "t1 mprage post Gd")
        let outcome = SeriesChoice.choose(SeriesBuilder.series(of: files))
        #expect(outcome.t1w?.seriesNumber == 3)
        #expect(outcome.reasons[1].reason?.code == .contrastAgentHint)
        let alone = SeriesChoice.choose(SeriesBuilder.series(of: described(maker(4), "t1 mprage post Gd")))
        #expect(alone.t1w == nil)
        #expect(alone.absence(of: .t1w)?.code == .contrastAgentHint)
    }

    @Test(arguments: ["AAHead_Scout", "3-plane loc", "SmartBrain survey"])
    func scoutsAreNoT1wWhateverTheirPhysics(text: String) {
        let outcome = SeriesChoice.choose(SeriesBuilder.series(of: described(maker(1), text)))
        #expect(outcome.t1w == nil)
        #expect(outcome.reasons[0].reason?.code == .localizer)
    }

    @Test func oneOfSeveralEchoesIsNoT1w() {
        let files = maker(3).files { k, header in header.frames[0].echoTimeMS = k % 2 == 0 ? 3 : 9 }
        let outcome = SeriesChoice.choose(SeriesBuilder.series(of: files))
        #expect(outcome.t1w == nil)
        #expect(outcome.reasons.allSatisfy { $0.reason?.code == .syntheticOrCombined })
    }

    @Test func protocolOfTheExaminationSaysNothingOfTheSeries() {
        var files = described(maker(3), "t1 mprage sag", study: "MRI brain with and without contrast")
        for index in files.indices { files[index].header.privateText.protocolName = "Brain with contrast" }
        #expect(SeriesChoice.choose(SeriesBuilder.series(of: files)).t1w != nil)
    }

    @Test func wordsOfAnOperationAreANoteOnly() {
        let files = described(maker(3), "t1 mprage", study: "MRT Schädel post-OP")
        let outcome = SeriesChoice.choose(SeriesBuilder.series(of: files))
        #expect(outcome.t1w != nil)
        #expect(outcome.reasons[0].notes.map(\.code) == [.postOperativeHint])
    }

    @Test func wordsOfMP2RAGEAndDoubleInversionRefuse() {
        for (acquisition, text) in [(Acquisition.mprage, "mp2rage_INV1"), (.spaceFLAIR, "3D DIR sag")] {
            let outcome = SeriesChoice.choose(SeriesBuilder.series(of: described(maker(3, acquisition), text)))
            #expect(outcome.reasons[0].reason?.code == .syntheticOrCombined, "\(text)")
        }
    }

    @Test(
        arguments: [
            ("KNEE", .wrongBodyPart), ("C-SPINE", .wrongBodyPart), ("abdomen", .wrongBodyPart), ("HEAD", nil),
            ("BRAIN", nil), ("SKULL", nil), ("NECK", nil), ("HEADNECK", nil), ("Kopf", nil), ("WHOLEBODY", nil),
            (nil, nil),
        ] as [(String?, DICOMCode?)])
    func knownOtherBodyPartsAreRefused(_ part: String?, _ code: DICOMCode?) {
        let series = maker(3).series { _, header in header.bodyPart = part }
        #expect(SeriesChoice.choose(series).reasons[0].reason?.code == code)
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

    @Test func correctedImagesArePreferred() {
        var normalised = maker(9)
        normalised.imageType = ["ORIGINAL", "PRIMARY", "M", "ND", "NORM"]
        #expect(choose([maker(3), normalised]).t1w?.seriesNumber == 9)
        var corrected = normalised
        corrected.seriesUID = "1.2.3.10"
        corrected.seriesNumber = 10
        corrected.imageType = ["ORIGINAL", "PRIMARY", "M", "NORM", "DIS3D"]
        let outcome = choose([maker(3), normalised, corrected])
        #expect(outcome.t1w?.seriesNumber == 10)
        #expect(
            outcome.reasons[2].decision
                == "Preferred to series 3: corrected for uneven coils. Preferred to series 9: corrected for distortion."
        )
    }

    @Test func preparedIsPreferredToFinerUnprepared() {
        var spoiled = Acquisition.mprage
        spoiled.scanningSequence = ["GR"]
        spoiled.sequenceVariant = ["SP"]
        spoiled.inversionTimeMS = nil
        spoiled.repetitionTimeMS = 6
        var finer = maker(9, spoiled)
        finer.stepMM = 0.8
        #expect(choose([maker(3), finer]).t1w?.seriesNumber == 3)
        #expect(choose([finer]).t1w?.seriesNumber == 9)
    }

    @Test func repeatedScanIsNotGuessed() {
        let outcome = choose([maker(3), maker(4), maker(7, .spaceFLAIR)])
        #expect(outcome.t1w == nil)
        #expect(outcome.flair?.seriesNumber == 7)
        #expect(outcome.reasons.prefix(2).map { $0.reason?.code } == [.ambiguousSeries, .ambiguousSeries])
        #expect(outcome.absence(of: .t1w)?.message.hasPrefix("Series 3 and 4 are T1w") == true)
        #expect(outcome.absence(of: .flair) == nil)
    }

    @Test func worseSeriesDoesNotSettleATie() {
        var coarse = maker(9)
        coarse.stepMM = 1.9
        let outcome = choose([maker(3), maker(4), coarse])
        #expect(outcome.t1w == nil)
        #expect(outcome.reasons[2].reason?.code == .betterSeries)
    }

    @Test func theSameImageUnderANewNumberIsNoTie() {
        let series = SeriesBuilder.series(of: maker(3).files() + maker(4).files())
        let outcome = SeriesChoice.choose(series) { a, b in a.seriesNumber == 3 && b.seriesNumber == 4 }
        #expect(outcome.t1w?.seriesNumber == 3)
        #expect(outcome.reasons[0].decision == "The same image as series 4.")
        #expect(outcome.reasons[1].reason?.code == .betterSeries)
    }

    @Test func copiesOfOneOfTwoEqualsDoNotSettleTheTie() {
        let series = SeriesBuilder.series(of: maker(3).files() + maker(4).files() + maker(5).files())
        let outcome = SeriesChoice.choose(series) { a, b in a.seriesNumber == 3 && b.seriesNumber == 4 }
        #expect(outcome.t1w == nil)
        #expect(outcome.reasons.allSatisfy { $0.reason?.code == .ambiguousSeries })
    }

    @Test func echoesOfOneSeriesAreNotGuessed() {
        let first = maker(3).files()
        let second = maker(3).files { k, header in
            header.sopInstanceUID += ".2"
            header.frames[0].echoTimeMS = 4.5
        }
        let outcome = SeriesChoice.choose(SeriesBuilder.series(of: first + second))
        #expect(outcome.reasons.count == 2)
        #expect(outcome.t1w == nil)
        #expect(outcome.absence(of: .t1w)?.code == .syntheticOrCombined)
    }

    @Test func choiceDoesNotDependOnOrder() {
        var coarse = maker(4)
        coarse.stepMM = 1.9
        let makers = [maker(3), coarse, maker(7, .spaceFLAIR)]
        #expect(choose(makers).t1w?.seriesNumber == 3)
        #expect(choose(makers.reversed()).t1w?.seriesNumber == 3)
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

    @Test func imagesOfDixonAreRefused() {
        for kind in ["WATER", "FAT", "IN_PHASE", "OPP_PHASE", "W"] {
            var dixon = maker(3)
            dixon.imageType = ["ORIGINAL", "PRIMARY", "DIXON", kind]
            #expect(code(dixon) == .syntheticOrCombined, "\(kind)")
        }
    }

    @Test func whatCannotBeUsedIsNotWaitedFor() {
        var agent = Acquisition.mprage
        agent.hasContrastAgent = true
        let broken = maker(9, agent).files().enumerated().filter { $0.offset != 5 }.map(\.element)
        let outcome = SeriesChoice.choose(SeriesBuilder.series(of: broken))
        #expect(outcome.reasons[0].reason?.code == .contrastAgent)
    }

    @Test func brokenSeriesIsPassedOver() {
        let broken = maker(9).files().enumerated().filter { $0.offset != 5 }.map(\.element)
        let outcome = SeriesChoice.choose(SeriesBuilder.series(of: maker(3).files() + broken))
        #expect(outcome.t1w?.seriesNumber == 3)
        #expect(outcome.reasons[1].reason?.code == .missingSlice)
    }
}
