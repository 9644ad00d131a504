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

    private static func refusal(_ root: String, calibrateOn: String?, measureOn: String? = nil) -> TrainingError? {
        var run = CrossvalRun(
            data: root + "/train", settings: TrainingProtocol(), modality: .flair, output: root + "/run", threads: 1)
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
}
