import ConvNet
import Foundation
import Imaging
import Testing
import Training

@Suite struct TransferTrainingTests {
    /// Settings that start from an encoder in `folder`, layer4 and fc trained.
    private static func settings(
        in folder: String, epochs: Int = 2, change: (inout [String: Tensor]) -> Void = { _ in }
    ) throws -> TrainingProtocol {
        var settings = Cohort.settings(epochs: epochs)
        var state = ResNet3D.randomState(settings.architecture, seed: 77)
        change(&state)
        try SafetensorsFile.write(state, metadata: [:], to: folder + "/encoder.safetensors")
        settings.transfer.source = .oneTask
        settings.transfer.checkpoint = folder + "/encoder.safetensors"
        settings.transfer.trainable = ["layer4", "fc"]
        return settings
    }

    private static func train(_ settings: TrainingProtocol, in folder: String) -> FoldTraining {
        var run = FoldTraining(
            settings, store: Cohort.store(8), fold: Cohort.fold(8, training: 6), folder: folder, threads: 1)
        run.clock = { 0 }
        return run
    }

    @Test func frozenLayersStayAsTheyWere() throws {
        try withRunFolder { folder in
            let settings = try Self.settings(in: folder)
            let result = try Self.train(settings, in: folder + "/run").run()
            let encoder = ResNet3D.randomState(settings.architecture, seed: 77)
            for (name, tensor) in encoder where !name.hasPrefix("layer4.") && !name.hasPrefix("fc.") {
                #expect(result.state[name] == tensor, "\(name)")
            }
            #expect(result.state["layer4.1.conv2.weight"] != encoder["layer4.1.conv2.weight"])
        }
    }

    /// Without turning, all copies are the scan itself, and a bank must change no bit.
    @Test(arguments: [false, true]) func aBankGivesTheLossesOfTheScansThemselves(files: Bool) throws {
        try withRunFolder { folder in
            var settings = try Self.settings(in: folder, epochs: 3)
            settings.fit.rotationDegrees = 0
            let plain = try Self.train(settings, in: folder + "/plain").run()
            settings.fit.augmentationBank = 2
            var run = Self.train(settings, in: folder + "/bank")
            if files { run.bankFolder = folder + "/shared" }
            let banked = try run.run()
            #expect(banked.history == plain.history && banked.state == plain.state)
            #expect(FileManager.default.fileExists(atPath: folder + "/shared") == files)
        }
    }

    /// The loss on a copy of the bank is that of the scan turned by the copy's angles.
    @Test func aCopyOfTheBankIsTheTurnedScan() throws {
        try withRunFolder { folder in
            let settings = try Self.settings(in: folder)
            let store = Cohort.store(4)
            let network = try TrainingNetwork(
                settings.architecture, state: ResNet3D.randomState(settings.architecture, seed: 77),
                trainable: ["layer4", "fc"], threads: 1)
            let order = try BatchOrder(settings, fold: "f", subjects: Cohort.subjects(4))
            let subject = Cohort.subjects(4)[1]
            let turned = try store.rotated(subject.id, order.rotation(subject, copy: 1)).volume
            let input = Tensor(shape: [1, 1, 9, 11, 9], values: turned.voxels)
            let bank = try FeatureBank(
                network, store: store, order: order, copies: 2, train: [subject], validation: [], folder: folder,
                alwaysFiles: true, memoryLimitBytes: 0)
            let features = try network.trunkFeatures(input)
            #expect(try bank.features(subject.id, copy: 1) == features.values)
            #expect([1] + bank.shape == features.shape)
        }
    }

    @Test func aBankedRunThatWasKilledEndsWithTheSameBits() throws {
        try withRunFolder { folder in
            var settings = try Self.settings(in: folder, epochs: 4)
            settings.fit.augmentationBank = 3
            let whole = try Self.train(settings, in: folder + "/whole").run()
            var cut = Self.train(settings, in: folder + "/cut")
            cut.afterEpoch = { record throws(TrainingError) in
                if record.epoch == 2 { throw TrainingError(.unreadable, "Killed.") }
            }
            #expect(throws: TrainingError.self) { try cut.run() }
            let resumed = try Self.train(settings, in: folder + "/cut").run()
            #expect(resumed.state == whole.state && resumed.history == whole.history)
        }
    }

    @Test func aBankNeedsFrozenLayers() throws {
        try withRunFolder { folder in
            var settings = Cohort.settings(epochs: 1)
            settings.fit.augmentationBank = 2
            let error = #expect(throws: TrainingError.self) { try Self.train(settings, in: folder).run() }
            #expect(error?.code == .settingsInvalid && error?.subject == "fit.augmentationBank")
        }
    }

    @Test func aNetworkThatIsNotFiniteAnyMoreEndsWithWhatToDo() throws {
        try withRunFolder { folder in
            let settings = try Self.settings(in: folder) { state in
                state["layer1.0.bn1.weight"]?.values = [3e38, 3e38]
            }
            let error = #expect(throws: TrainingError.self) { try Self.train(settings, in: folder + "/run").run() }
            #expect(error?.code == .diverged)
            #expect(
                error?.message.contains("In epoch 1") == true
                    && error?.message.contains("lower fit.learningRate") == true)
        }
    }

    @Test func anotherCheckpointOfTheSameNameIsAnotherRun() throws {
        try withRunFolder { folder in
            let settings = try Self.settings(in: folder)
            _ = try Self.train(settings, in: folder + "/run").run()
            let again = try Self.settings(in: folder) { $0["fc.bias"]?.values[0] = 1 }
            let error = #expect(throws: TrainingError.self) { try Self.train(again, in: folder + "/run").run() }
            #expect(error?.code == .runMismatch && error?.message.contains("checkpoint") == true)
        }
    }
}
