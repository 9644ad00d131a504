import ConvNet
import Foundation
import Imaging
import Testing
import Training

@Suite struct TrainingProtocolTests {
    @Test func theDefaultIsThePaper() throws {
        let paper = TrainingProtocol()
        try paper.validate()
        #expect(paper.fit.learningRate == 0.001 && paper.folds.count == 5)
    }

    /// `etc/paper.toml` beside `Tests`.
    private static let paper = Checkout.plans.appending(path: "paper.toml")

    @Test func theFileOfThePaperHasEveryKeyWithItsDefault() throws {
        let file = try SettingsFile.flattened(text: String(contentsOf: Self.paper, encoding: .utf8))
        let defaults = try SettingsFile.flattened(TrainingProtocol())
        #expect(Set(file.keys).symmetricDifference(defaults.keys).isEmpty)
        for (key, value) in defaults { #expect(file[key] == value, "\(key)") }
        #expect(try SettingsFile.load(TrainingProtocol(), path: Self.paper.path) == TrainingProtocol())
    }

    @Test func everyKeyOfTheFileIsExplainedAboveIt() throws {
        let lines = try String(contentsOf: Self.paper, encoding: .utf8).split(separator: "\n")
        var isExplained = false
        for line in lines {
            if line.hasPrefix("#") { isExplained = true }
            if line.hasPrefix("[") { isExplained = false }
            if line.contains(" = "), !line.hasPrefix("#") { #expect(isExplained, "\(line)") }
        }
    }

    @Test(arguments: [
        ("network.depth=19", "network.depth"), ("network.width=0", "network.width"),
        ("network.stemStride=[1,1,1]", "network.stemStride"), ("network.stageStrides=[1]", "network.stageStrides"),
        ("preparation.shape=[161,193]", "preparation.shape"), ("preparation.shape=[1,193,161]", "preparation.shape"),
        ("preparation.spacingMM=0.1", "preparation.spacingMM"), ("preparation.cutLimit=2", "preparation.cutLimit"),
        ("preparation.foreground=brain", "preparation.foreground"), ("transfer.source=one-task", "transfer.checkpoint"),
        ("transfer.checkpoint=a.pth", "transfer.source"), ("transfer.trainable=[\"head\"]", "transfer.trainable"),
        ("transfer.trainable=[\"layer4\"]", "transfer.trainable"), ("fit.batch=0", "fit.batch"),
        ("fit.epochs=0", "fit.epochs"), ("fit.learningRate=0", "fit.learningRate"),
        ("fit.plateauFactor=1", "fit.plateauFactor"), ("fit.plateauPatience=-1", "fit.plateauPatience"),
        ("fit.plateauThreshold=1", "fit.plateauThreshold"), ("fit.plateauCooldown=-1", "fit.plateauCooldown"),
        ("fit.minimumLearningRate=1", "fit.minimumLearningRate"),
        ("fit.earlyStoppingPatience=0", "fit.earlyStoppingPatience"), ("fit.rotationDegrees=-1", "fit.rotationDegrees"),
        ("fit.augmentationBank=-1", "fit.augmentationBank"), ("folds.count=1", "folds.count"),
        ("folds.validationShare=0", "folds.validationShare"),
    ])
    func aValueOutOfItsRangeIsRefusedByItsKey(setting: String, key: String) throws {
        let changed = try SettingsFile.parse(TrainingProtocol(), text: nil, overrides: [setting])
        let error = #expect(throws: TrainingError.self) { try changed.validate() }
        #expect(error?.code == .settingsInvalid && error?.subject == key)
    }

    @Test func aPairedBatchHoldsWholePairs() throws {
        let changed = try SettingsFile.parse(
            TrainingProtocol(), text: "[fit]\npairedBatches = true\nbatch = 3\n")
        #expect(throws: TrainingError.self) { try changed.validate() }
    }

    @Test func seedsOfOtherNamesAreOthers() {
        var first = SeededGenerator(seed: 1, "a", "bc")
        var again = SeededGenerator(seed: 1, "a", "bc")
        var other = SeededGenerator(seed: 1, "ab", "c")
        let value = first.next()
        #expect(value == again.next() && value != other.next())
        #expect(SeedName.seed(1, ["a"]) != SeedName.seed(2, ["a"]))
    }
}
