import Foundation
import Screening
import Simulation
import Testing
import Training

@Suite struct CrossvalRunTests {
    /// Writes a cohort of heads so coarse that they take a moment only.
    private static func simulate(_ folder: String, seed: UInt64, patients: Int = 1) throws {
        var plan = CohortPlan()
        plan.seed = seed
        (plan.controls, plan.patients) = (1, patients)
        plan.acquisition.spacingMM = 8
        plan.anatomy.latticeMM = 6
        plan.lesion.millilitres = 12...20
        _ = try CohortWriter(plan, folder: folder).run { _ in }
    }

    private static func refusal(
        _ root: String, calibrateOn: String?, measureOn: String? = nil, encoder: String = ""
    ) -> TrainingError? {
        var settings = TrainingProtocol()
        settings.transfer.checkpoint = encoder
        var run = CrossvalRun(
            data: root + "/train", settings: settings, modality: .flair, output: root + "/run", threads: 1)
        var bundle = CrossvalRun.Bundle(name: "tiny")
        (bundle.calibrateOn, bundle.measureOn) = (
            calibrateOn.map { "\(root)/\($0)" }, measureOn.map { "\(root)/\($0)" }
        )
        run.bundle = bundle
        do throws(TrainingError) {
            _ = try run.run { _ in }
            return nil
        } catch {
            return error
        }
    }

    @Test func aCopyOfWhatWasTrainedOnIsNotUnseen() throws {
        try withRunFolder { folder in
            try Self.simulate(folder + "/train", seed: 1)
            try Self.simulate(folder + "/other", seed: 2)
            try FileManager.default.copyItem(atPath: folder + "/train", toPath: folder + "/copy")
            try FileManager.default.removeItem(atPath: folder + "/copy/cohort.toml")
            let trained = Self.refusal(folder, calibrateOn: "copy")
            #expect(trained?.code == .settingsInvalid && trained?.message.contains("--calibrate-on") == true)
            #expect(Self.refusal(folder, calibrateOn: "other", measureOn: "copy")?.code == .settingsInvalid)
            // Past the comparison, four scans are too few for the folds.
            #expect(Self.refusal(folder, calibrateOn: "other")?.code == .tooFewSubjects)
        }
    }

    @Test func whatCalibratesIsNotMeasuredOn() throws {
        try withRunFolder { folder in
            try Self.simulate(folder + "/train", seed: 1)
            try Self.simulate(folder + "/calibration", seed: 2)
            // A larger cohort of one seed begins with the same people.
            try Self.simulate(folder + "/unseen", seed: 2, patients: 2)
            let error = Self.refusal(folder, calibrateOn: "calibration", measureOn: "unseen")
            #expect(error?.code == .settingsInvalid && error?.message.contains("that of --calibrate-on") == true)
        }
    }

    @Test func headsOfTheEncodersMapsAreNotUnseen() throws {
        try withRunFolder { folder in
            try Self.simulate(folder + "/train", seed: 1)
            try Self.simulate(folder + "/unseen", seed: 2)
            // As a cohort's folder names the maps that its heads were bent out of.
            var plan = CohortPlan()
            plan.maps.share = 1
            (plan.maps.t1w, plan.maps.t1wSHA256) = ("one.nii.gz", "abc")
            try Data(SettingsFile.toml(plan).utf8).write(to: URL(filePath: folder + "/unseen/cohort.toml"))
            let encoder = folder + "/encoder.safetensors"
            try Data("weights".utf8).write(to: URL(filePath: encoder))
            func record(_ hash: String) throws {
                let maps =
                    #"{"share": 0.5, "grey": "", "white": "", "t1w": "one.nii.gz", "greySHA256": "", "#
                    + #""whiteSHA256": "", "t1wSHA256": "\#(hash)"}"#
                let text = #"{"plan": {"subjects": 4, "renewed": 1, "epochs": 2, "maps": \#(maps)}, "tasks": {}}"#
                try Data(text.utf8).write(to: URL(filePath: folder + "/pretraining.json"))
            }
            try record("abc")
            let error = Self.refusal(folder, calibrateOn: "unseen", encoder: encoder)
            #expect(error?.code == .settingsInvalid && error?.subject == "--calibrate-on")
            try record("another")
            let past = Self.refusal(folder, calibrateOn: "unseen", encoder: encoder)
            #expect(past?.subject != "--calibrate-on")
        }
    }
}
