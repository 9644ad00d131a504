import ConvNet
import Foundation
import Imaging
import Screening
import Testing
import Training

@Suite struct FoldTrainingTests {
    /// Stands for a kill between two epochs.
    private static let killed = TrainingError(.unreadable, "Killed.")

    private static func training(
        _ settings: TrainingProtocol, in folder: String, threads: Int = 1, count: Int = 12, training: Int = 8,
        report: @escaping (String) -> Void = { _ in }
    ) -> FoldTraining {
        var run = FoldTraining(
            settings, store: Cohort.store(count), fold: Cohort.fold(count, training: training), folder: folder,
            threads: threads, report: report)
        run.clock = { 0 }
        return run
    }

    private static func bytes(_ folder: String, _ name: String) throws -> Data {
        try Data(contentsOf: URL(filePath: folder).appending(path: name))
    }

    @Test func aBrightBallIsLearned() throws {
        try withRunFolder { folder in
            var lines: [String] = []
            let result = try Self.training(
                Cohort.settings(epochs: 12, width: 4), in: folder, threads: 2, count: 24, training: 16
            ) { lines.append($0) }.run()
            let best = result.history[result.bestEpoch - 1]
            // One wrong of eight is allowed: other kernels round otherwise.
            #expect(best.validationLoss < 0.4 && best.validationAccuracy >= 0.875, "\(best)")
            #expect(result.validationLogits.count == 8)
            #expect(lines.contains { $0.hasPrefix("epoch 1/12  train ") && $0.hasSuffix(" left") })
            for name in ["protocol.json", "checkpoint.safetensors", "curves.csv", "curves.svg", "result.json"] {
                #expect(try !Self.bytes(folder, name).isEmpty)
            }
            #expect(try SafetensorsFile.read(folder + "/weights.safetensors") == result.state)
        }
    }

    @Test(arguments: [1, 2]) func aKilledRunEndsWithTheSameBytes(threads: Int) throws {
        try withRunFolder { folder in
            let settings = Cohort.settings(epochs: 4)
            let whole = try Self.training(settings, in: folder + "/whole", threads: threads).run()
            var cut = Self.training(settings, in: folder + "/cut", threads: threads)
            cut.afterEpoch = { record throws(TrainingError) in if record.epoch == 2 { throw Self.killed } }
            #expect(throws: TrainingError.self) { try cut.run() }
            let resumed = try Self.training(settings, in: folder + "/cut", threads: threads).run()
            #expect(resumed.history == whole.history && resumed.validationLogits == whole.validationLogits)
            for name in ["weights.safetensors", "checkpoint.safetensors", "curves.csv", "curves.svg", "result.json"] {
                #expect(try Self.bytes(folder + "/cut", name) == Self.bytes(folder + "/whole", name), "\(name)")
            }
        }
    }

    @Test func otherPairsMakeAnotherRun() throws {
        try withRunFolder { folder in
            let settings = Cohort.settings(epochs: 1)
            _ = try Self.training(settings, in: folder).run()
            var subjects = Cohort.subjects(12)
            for place in subjects.indices { subjects[place].attributes["pair"] = "p\(place % 6)" }
            let run = FoldTraining(
                settings, store: Cohort.store(12).relabelled(subjects), fold: Cohort.fold(12, training: 8),
                folder: folder, threads: 1)
            let error = #expect(throws: TrainingError.self) { try run.run() }
            #expect(error?.code == .runMismatch && error?.message.contains("a pair") == true)
        }
    }

    @Test func aFinishedRunIsNotRepeated() throws {
        try withRunFolder { folder in
            let first = try Self.training(Cohort.settings(epochs: 2), in: folder).run()
            var again = Self.training(Cohort.settings(epochs: 2), in: folder)
            again.afterEpoch = { _ throws(TrainingError) in throw Self.killed }
            let second = try again.run()
            #expect(second.state == first.state && second.history == first.history)
        }
    }

    @Test func aFolderOfOtherSettingsIsRefusedByTheirName() throws {
        try withRunFolder { folder in
            _ = try Self.training(Cohort.settings(epochs: 1), in: folder).run()
            var other = Cohort.settings(epochs: 1)
            other.fit.rotationDegrees = 10
            let error = #expect(throws: TrainingError.self) { try Self.training(other, in: folder).run() }
            #expect(error?.code == .runMismatch && error?.message.contains("fit.rotationDegrees") == true)
        }
    }

    @Test func aDamagedCheckpointIsRefused() throws {
        try withRunFolder { folder in
            _ = try Self.training(Cohort.settings(epochs: 1), in: folder).run()
            let path = URL(filePath: folder).appending(path: FoldTraining.checkpointName)
            try Data(try Data(contentsOf: path).dropLast(100)).write(to: path)
            let error = #expect(throws: TrainingError.self) {
                try Self.training(Cohort.settings(epochs: 1), in: folder).run()
            }
            #expect(error?.code == .runMismatch)
        }
    }

    @Test func earlyStoppingGivesTheBestWeightsBack() throws {
        try withRunFolder { folder in
            var settings = Cohort.settings(epochs: 40)
            settings.fit.earlyStoppingPatience = 2
            let result = try Self.training(settings, in: folder).run()
            let losses = result.history.map(\.validationLoss)
            #expect(losses[result.bestEpoch - 1] == losses.min())
            if let stopped = result.stoppedAfter { #expect(stopped == result.bestEpoch + 2) }
            let network = try TrainingNetwork(settings.architecture, state: result.state, threads: 1)
            let store = Cohort.store(12)
            for (subject, logits) in result.validationLogits {
                let volume = try store.prepared(subject).volume
                let input = Tensor(shape: [1, 1, 9, 11, 9], values: volume.voxels)
                #expect(try network.evaluate(input).values.map(Double.init) == logits)
            }
        }
    }

    @Test func pairedBatchesTrain() throws {
        try withRunFolder { folder in
            var settings = Cohort.settings(epochs: 1)
            settings.fit.pairedBatches = true
            let result = try Self.training(settings, in: folder).run()
            #expect(result.history.count == 1)
        }
    }

    @Test func aFoldWithoutBothGroupsIsRefused() throws {
        try withRunFolder { folder in
            let fold = FoldPlan.Fold(
                train: [Cohort.label(0), Cohort.label(2)], validation: [Cohort.label(1)], test: [])
            let run = FoldTraining(
                Cohort.settings(epochs: 1), store: Cohort.store(4), fold: fold, folder: folder, threads: 1)
            let error = #expect(throws: TrainingError.self) { try run.run() }
            #expect(error?.code == .tooFewSubjects)
        }
    }
}
