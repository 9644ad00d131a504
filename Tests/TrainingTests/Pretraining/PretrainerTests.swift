import ConvNet
import Foundation
import Imaging
import Simulation
import Testing
import Training

@Suite struct PretrainerTests {
    /// Tiny: 2×2×2 cells of a network of two channels.
    private func plan(_ tasks: [String] = ["kidneys-ct", "knee-mr"]) -> PretrainingPlan {
        var plan = PretrainingPlan()
        plan.tasks = tasks
        (plan.subjects, plan.renewed, plan.heldOut) = (3, 1, 1)
        (plan.epochs, plan.stepsPerEpoch, plan.batch) = (4, 3, 2)
        plan.learningRate = 0.003
        plan.threads = 1
        plan.network.width = 2
        plan.network.stemStride = [2, 2, 2]
        plan.network.stageStrides = [1, 2, 1, 1]
        plan.network.stageDilations = [1, 1, 2, 4]
        plan.preparation.input = .stripped
        plan.preparation.foreground = .brain
        plan.preparation.spacingMM = 4
        plan.preparation.shape = [25, 25, 25]
        return plan
    }

    private func withTrainer(
        _ plan: PretrainingPlan, in folder: URL, _ body: (Pretrainer) throws -> Void
    ) throws -> [String] {
        var lines: [String] = []
        try body(try Pretrainer(plan, folder: folder.path, seconds: { 0 }) { lines.append($0) })
        return lines
    }

    @Test func lossFallsAndTheEncoderIsWritten() throws {
        try withFolder { folder in
            var plan = plan(["knee-mr"])
            (plan.epochs, plan.stepsPerEpoch) = (6, 8)
            let lines = try withTrainer(plan, in: folder) { trainer in
                let result = try #require(try trainer.run())
                let losses = result.losses.map(\.loss)
                #expect(losses.count == 6)
                #expect(try #require(losses.last) < 0.8 * losses[0])
                #expect(result.found.map(\.label) == ["thigh bone", "shin bone", "kneecap", "cartilage"])
            }
            #expect(lines.contains { $0.contains("epoch 6 of 6") && $0.contains("left") })
            let encoder = try SafetensorsFile.read(folder.appending(path: "encoder.safetensors").path)
            let names = plan.architecture.parameterShapes.filter { !$0.name.hasPrefix("fc.") }
            #expect(Set(encoder.keys) == Set(names.map(\.name)))
            for (name, shape) in names { #expect(encoder[name]?.shape == shape) }
            let heads = try SafetensorsFile.read(folder.appending(path: "heads.safetensors").path)
            #expect(heads["knee-mr.weight"]?.shape == [5, plan.architecture.features, 1, 1, 1])
            let table = try String(contentsOf: folder.appending(path: "losses.csv"), encoding: .utf8)
            #expect(table.hasPrefix("epoch,task,loss\n1,knee-mr,") && table.split(separator: "\n").count == 7)
            let record = try Data(contentsOf: folder.appending(path: "pretraining.json"))
            let json = try #require(JSONSerialization.jsonObject(with: record) as? [String: Any])
            #expect(json["plan"] != nil && json["result"] != nil && json["tasks"] != nil)
        }
    }

    @Test func aKilledRunEndsWithTheSameBits() throws {
        try withFolder { one in
            try withFolder { two in
                _ = try withTrainer(plan(), in: one) { try $0.run() }
                var results: [PretrainingResult?] = []
                var lines: [String] = []
                for epochs in [1, 2, 9] {
                    lines = try withTrainer(plan(), in: two) { results.append(try $0.run(atMost: epochs)) }
                }
                #expect(results.map { $0 != nil } == [false, false, true])
                #expect(lines.contains("going on after epoch 3 of 4"))
                for name in [
                    "encoder.safetensors", "heads.safetensors", "losses.csv", "heldout.csv", "pretraining.json",
                ] {
                    let (a, b) = (
                        try Data(contentsOf: one.appending(path: name)), try Data(contentsOf: two.appending(path: name))
                    )
                    #expect(a == b, "\(name)")
                }
            }
        }
    }

    @Test func anotherPlansFolderIsRefused() throws {
        try withFolder { folder in
            _ = try withTrainer(plan(), in: folder) { try $0.run(atMost: 1) }
            var other = plan()
            other.learningRate = 0.001
            let error = #expect(throws: TrainingError.self) { _ = try withTrainer(other, in: folder) { _ in } }
            #expect(error?.code == .runMismatch)
        }
    }

    @Test func aRunOfAnotherSimulationIsRefused() throws {
        try withFolder { folder in
            _ = try withTrainer(plan(), in: folder) { try $0.run(atMost: 1) }
            let path = folder.appending(path: "checkpoint.safetensors").path
            var metadata = try SafetensorsFile.readMetadata(path)
            #expect(metadata["simulation"] == "\(SimulationVersion.current)")
            metadata["simulation"] = "\(SimulationVersion.current - 1)"
            try SafetensorsFile.write(try SafetensorsFile.read(path), metadata: metadata, to: path)
            let error = #expect(throws: TrainingError.self) { _ = try withTrainer(plan(), in: folder) { _ in } }
            #expect(error?.code == .runMismatch && error?.message.contains("version of the simulation") == true)
        }
    }

    @Test func scansOfDysplasiasAreLearntFrom() throws {
        try withFolder { folder in
            var plan = plan(["fcd-flair"])
            (plan.subjects, plan.epochs, plan.stepsPerEpoch, plan.renewed) = (2, 1, 1, 0)
            plan.preparation.shape = [33, 41, 33]
            plan.preparation.spacingMM = 3.5
            _ = try withTrainer(plan, in: folder) { trainer in
                let result = try #require(try trainer.run())
                #expect(result.losses.count == 1 && result.found.count == 4)
                #expect(result.found.filter { $0.label != "dysplasia" }.allSatisfy { $0.auc != nil })
            }
        }
    }

    @Test func mapsThatAreNotThereAreRefused() throws {
        try withFolder { folder in
            var plan = plan(["fcd-flair"])
            plan.maps.share = 0.5
            let unnamed = #expect(throws: TrainingError.self) { _ = try withTrainer(plan, in: folder) { _ in } }
            #expect(unnamed?.code == .settingsInvalid && unnamed?.subject == "maps.grey")
            plan.maps.t1w = "/no/such/place/brain.nii.gz"
            let missing = #expect(throws: TrainingError.self) { _ = try withTrainer(plan, in: folder) { _ in } }
            #expect(missing?.code == .unreadable && missing?.description.contains("place") == false)
        }
    }

    @Test func theNetworksOwnClassesLearnAlong() throws {
        try withFolder { folder in
            var plan = plan(["fcd-flair"])
            (plan.subjects, plan.heldOut, plan.epochs, plan.stepsPerEpoch, plan.renewed) = (2, 2, 2, 1, 1)
            plan.preparation.shape = [33, 41, 33]
            plan.preparation.spacingMM = 3.5
            plan.preparation.input = .fullHead
            plan.preparation.foreground = .head
            let start = ResNet3D.randomState(
                plan.architecture, seed: SeedName.seed(plan.seed, ["encoder"]))["fc.weight"]
            plan.tellsApart = true
            _ = try withTrainer(plan, in: folder) { trainer in
                let result = try #require(try trainer.run())
                let verdict = result.found.filter { $0.label == "dysplasia or none" }
                // Two heads, each with and without.
                #expect(verdict.map(\.cells) == [2] && verdict[0].dice == nil && verdict[0].auc != nil)
                #expect(result.losses.filter { $0.task == "dysplasia or none" }.map(\.epoch) == [1, 2])
            }
            let encoder = try SafetensorsFile.read(folder.appending(path: "encoder.safetensors").path)
            let classifier = try #require(encoder["fc.weight"])
            #expect(classifier.shape == [2, plan.architecture.features])
            #expect(classifier.values != start?.values)
        }
    }

    @Test func anEncoderGoesOnFromAnotherOne() throws {
        try withFolder { one in
            try withFolder { two in
                var first = plan(["knee-mr"])
                (first.epochs, first.stepsPerEpoch) = (1, 2)
                _ = try withTrainer(first, in: one) { _ = try $0.run() }
                let encoder = one.appending(path: "encoder.safetensors")
                // As if its heads had been bent out of maps: whoever goes on from it says so too.
                let record = one.appending(path: "pretraining.json")
                let known = try JSONSerialization.jsonObject(with: Data(contentsOf: record))
                var told = try #require(known as? [String: Any])
                #expect(told["earlierMaps"] as? [String] == [])
                told["earlierMaps"] = ["abc"]
                try JSONSerialization.data(withJSONObject: told).write(to: record)
                var second = plan(["kidneys-ct"])
                second.start = encoder.path
                (second.epochs, second.stepsPerEpoch) = (1, 2)
                _ = try withTrainer(second, in: two) { trainer in
                    #expect(trainer.encoder() == (try SafetensorsFile.read(encoder.path)))
                    _ = try trainer.run(atMost: 1)
                    #expect(trainer.encoder() != (try SafetensorsFile.read(encoder.path)))
                }
                #expect(EncoderOrigin.maps(of: two.appending(path: "encoder.safetensors").path) == ["abc"])
                // What it went on from belongs to what it is: the same name with other weights is another run.
                first.seed = 2
                try FileManager.default.removeItem(at: one)
                _ = try withTrainer(first, in: one) { _ = try $0.run() }
                let error = #expect(throws: TrainingError.self) { _ = try withTrainer(second, in: two) { _ in } }
                #expect(error?.code == .runMismatch)
            }
        }
    }

    @Test func tellingApartNeedsTasksOfDysplasia() {
        var plan = plan(["fcd-flair", "kidneys-ct"])
        plan.tellsApart = true
        let error = #expect(throws: TrainingError.self) { try plan.validate() }
        #expect(error?.subject == "tellsApart")
    }

    @Test(arguments: [
        ("tasks", [String](["nothing-ct"])), ("subjects", []), ("batch", []), ("network", []),
    ])
    func badPlansAreRefused(_ key: String, _ tasks: [String]) throws {
        var plan = plan()
        switch key {
        case "tasks": plan.tasks = tasks
        case "subjects": plan.subjects = 0
        case "batch": plan.batch = 0
        default: plan.network.depth = 19
        }
        #expect(throws: TrainingError.self) { try plan.validate() }
    }

    @Test func namesOfTasksCanBeCombined() throws {
        for tasks in [["one"], ["many"], ["many", "fcd-t1w"], ["one", "thorax-ct", "fcd-flair"]] {
            try plan(tasks).validate()
        }
    }

    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { _ = Result { try FileManager.default.removeItem(at: folder) } }
        try body(folder)
    }
}
