import Foundation
import Screening
import Testing
import Training

@Suite struct BundleMakerTests {
    private static func request(
        _ cohort: TinyCohort, calibration: BundleRequest.Unseen? = nil, measurement: BundleRequest.Unseen? = nil
    ) -> BundleRequest {
        BundleRequest(
            name: "tiny", version: "1", folder: cohort.folder.appending(path: "models").path,
            runFolder: cohort.folder.appending(path: "runs/flair").path, calibration: calibration,
            measurement: measurement,
            trainingData: "Heads of three shells.")
    }

    private static func make(
        _ cohort: TinyCohort, calibration: BundleRequest.Unseen? = nil, measurement: BundleRequest.Unseen? = nil
    ) throws -> (bundle: ModelBundle, folder: String) {
        let request = request(cohort, calibration: calibration, measurement: measurement)
        let folds = cohort.plan.folds.enumerated().map {
            TinyCohort.pretendToTrain(cohort.subjects, $0.element, $0.offset)
        }
        let bundle = try BundleMaker(settings: TinyCohort.settings, request: request, threads: 2).make(
            folds, labelled: folds.map { _ in cohort.subjects }, modality: .flair, trainedOn: 8)
        return (bundle, request.folder)
    }

    @Test func theServiceTakesWhatItMakes() throws {
        try withCohort(pairs: 4) { cohort in
            let unseen = BundleRequest.Unseen(subjects: cohort.subjects, words: "8 heads")
            let (bundle, folder) = try Self.make(cohort, calibration: unseen)
            #expect(bundle.directory == folder + "/tiny-flair-1.fcdmodel")
            #expect(bundle.manifest.members.map(\.fold) == [0, 1])
            #expect(bundle.manifest.operatingPoint?.subjects == 8)
            #expect(!bundle.manifest.limits.contains { $0.contains("single members") })
            #expect(try bundle.checkKnownAnswer(threads: 1))
            let profile = try LoadedProfile.load(Profile.load(folder + "/profile.json"))
            #expect(profile.bundles[.flair]?.sha256 == bundle.sha256)
            // What was measured is what the bundle on the disk says.
            let rows = try Evaluation.rows(of: cohort.subjects, with: bundle, fold: nil, threads: 2)
            let summary = EvaluationSummary(rows, modality: .flair).all
            #expect(bundle.manifest.operatingPoint?.sensitivity == summary.sensitivity.value)
            #expect(profile.profile.operatingPoint?.specificity == StudySummary(rows).specificity.value)
            let card = try String(contentsOfFile: folder + "/MODELCARD.md", encoding: .utf8)
            #expect(card.contains(bundle.sha256) && card.contains("8 heads"))
            #expect(card.contains("protocol-only baseline") && card.contains("intensity baseline"))
        }
    }

    @Test func withoutUnseenSubjectsTheValidationPartsSpeak() throws {
        try withCohort(pairs: 4) { cohort in
            let (bundle, folder) = try Self.make(cohort)
            let point = try #require(bundle.manifest.operatingPoint)
            #expect(point.sensitivity == 1 && point.specificity == 1 && point.subjects == 4)
            #expect(point.data.contains("alidation"))
            // Said on the study's page and in the card: nobody measured the ensemble at this threshold.
            #expect(bundle.manifest.limits.contains { $0.contains("single members") && $0.contains("mean of 2") })
            let card = try String(contentsOfFile: folder + "/MODELCARD.md", encoding: .utf8)
            #expect(card.contains("single members") && card.contains("largest balanced accuracy"))
            #expect(try Profile.load(folder + "/profile.json").operatingPoint == nil)
        }
    }

    @Test func theThresholdIsNotChosenOnThoseWhoMeasure() throws {
        try withCohort(pairs: 4) { cohort in
            let half = BundleRequest.Unseen(subjects: Array(cohort.subjects[..<4]), words: "the first half")
            let rest = BundleRequest.Unseen(subjects: Array(cohort.subjects[4...]), words: "the second half")
            let chosen = try Self.make(cohort, calibration: half).bundle.manifest
            let measured = try Self.make(cohort, calibration: half, measurement: rest).bundle.manifest
            #expect(chosen.threshold == measured.threshold && chosen.calibration == measured.calibration)
            #expect(measured.operatingPoint?.data == "the second half" && measured.operatingPoint?.subjects == 4)
        }
    }

    /// As if another run had made a bundle for T1w, and measured it on a data set of this fingerprint.
    private static func pretendToHaveT1w(_ cohort: TinyCohort, measuredOn fingerprint: String) throws {
        let files = RunFolder(cohort.folder.appending(path: "models").path)
        let runs = RunFolder(cohort.folder.appending(path: "runs").path)
        let copy = files.file("tiny-t1w-1.fcdmodel")
        if !FileManager.default.fileExists(atPath: copy) {
            try FileManager.default.copyItem(atPath: files.file("tiny-flair-1.fcdmodel"), toPath: copy)
        }
        var record = try #require(try files.read(BundleRecord.self, from: "tiny-flair-1.measured.json"))
        record.dataSHA256 = fingerprint
        try files.write(json: record, as: "tiny-t1w-1.measured.json")
        var kept = try #require(try runs.read(MeasuredRows.self, from: "flair/tiny-flair-1.rows.json"))
        for place in kept.rows.indices { kept.rows[place].modality = .t1w }
        try RunFolder(runs.file("t1w")).make()
        try runs.write(json: kept, as: "t1w/tiny-t1w-1.rows.json")
    }

    @Test func modalitiesAreJoinedWhereOneDataSetMeasuredBothAndNotElse() throws {
        try withCohort(pairs: 4) { cohort in
            let unseen = BundleRequest.Unseen(subjects: cohort.subjects, words: "8 heads", fingerprint: "abc")
            let folder = try Self.make(cohort, measurement: unseen).folder
            let maker = ProfileMaker(request: Self.request(cohort))
            func card() throws -> String { try String(contentsOfFile: folder + "/MODELCARD.md", encoding: .utf8) }
            try Self.pretendToHaveT1w(cohort, measuredOn: "abc")
            #expect(try maker.make().operatingPoint?.subjects == 8)
            #expect(try card().contains("T1w + FLAIR"))
            // The same words, and yet other subjects.
            try Self.pretendToHaveT1w(cohort, measuredOn: "abd")
            let profile = try maker.make()
            #expect(profile.operatingPoint == nil && profile.bundles.count == 2)
            #expect(try card().contains("not measured on one data set"))
            // The same subjects, and the other run is gone.
            try Self.pretendToHaveT1w(cohort, measuredOn: "abc")
            try FileManager.default.removeItem(at: cohort.folder.appending(path: "runs/t1w"))
            #expect(try maker.make().operatingPoint == nil)
            #expect(try card().contains("rows of T1w are not at hand"))
        }
    }

    @Test func nothingBesideTheBundleNamesASubject() throws {
        try withCohort(pairs: 4) { cohort in
            let unseen = BundleRequest.Unseen(subjects: cohort.subjects, words: "8 heads", fingerprint: "abc")
            let folder = try Self.make(cohort, measurement: unseen).folder
            let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
            #expect(names.contains("tiny-flair-1.measured.json"))
            for name in names {
                guard let bytes = FileManager.default.contents(atPath: folder + "/" + name) else { continue }
                #expect(bytes.range(of: Data("sub-".utf8)) == nil, "\(name)")
            }
            let rows = cohort.folder.appending(path: "runs/flair/tiny-flair-1.rows.json")
            #expect(try Data(contentsOf: rows).range(of: Data("sub-1".utf8)) != nil)
        }
    }

    @Test func fewerMembersThanFoldsAreSaidToBe() throws {
        var settings = TinyCohort.settings
        settings.folds.count = 5
        #expect(BundleWords.method(settings, members: 2).contains("the first 2 of 5 folds"))
        #expect(BundleWords.method(settings, members: 5) == BundleWords.method(settings))
    }
}
