import Foundation
import Testing
import Training

/// The plans beside `Tests` by which models are made and the paper's experiment is repeated.
@Suite struct CommittedPlansTests {
    private static func path(_ name: String) -> String { Checkout.plans.appending(path: name).path }

    @Test(arguments: ["models/training.toml", "reproduction/training.toml"])
    func trainingsAreValid(_ name: String) throws {
        // The scripts name the encoder.
        let plan = try SettingsFile.load(
            TrainingProtocol(), path: Self.path(name),
            overrides: name.hasPrefix("models") ? ["transfer.checkpoint=encoder.safetensors"] : [])
        try plan.validate()
        #expect(plan.folds.count == 5)
        let folder = name.prefix { $0 != "/" }
        let cohort = try SettingsFile.load(CohortPlan(), path: Self.path(folder + "/cohort.toml"))
        #expect(plan.fit.pairedBatches == cohort.paired)
    }

    @Test(arguments: ["models/pretrain.toml", "reproduction/pretrain.toml"])
    func pretrainingsFitTheTrainingsBesideThem(_ name: String) throws {
        let plan = try SettingsFile.load(PretrainingPlan(), path: Self.path(name))
        try plan.validate()
        let folder = name.prefix { $0 != "/" }
        let training = try SettingsFile.load(TrainingProtocol(), path: Self.path(folder + "/training.toml"))
        #expect(plan.network == training.network && plan.preparation == training.preparation)
    }

    @Test func noCohortSharesItsSeedWithAnother() throws {
        let names = ["models/cohort.toml", "models/calibration.toml", "models/unseen.toml", "reproduction/cohort.toml"]
        let seeds = try names.map { try SettingsFile.load(CohortPlan(), path: Self.path($0)).seed }
        #expect(Set(seeds).count == seeds.count)
    }
}
