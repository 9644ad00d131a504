import ConvNet
import Foundation
import Testing

@Suite struct BenchmarkTests {
    /// A clock that goes on by a second each time it is looked at.
    private final class Ticks {
        private var now = 0.0
        func next() -> Double {
            now += 1
            return now
        }
    }

    private func settings(_ depth: Int = 18) -> BenchmarkSettings {
        BenchmarkSettings(
            depth: depth, width: 2, shape: VolumeShape(SIMD3(20, 33, 34)), threads: 2, rounds: 3, seed: 5)
    }

    private func benchmark(_ settings: BenchmarkSettings) -> Benchmark {
        let ticks = Ticks()
        return Benchmark(settings, budget: MemoryBudget(limits: nil), clock: ticks.next)
    }

    @Test(arguments: [18, 34, 50])
    func forwardReportsTheNetworksLogits(depth: Int) throws {
        let report = try benchmark(settings(depth)).run(.forward).report
        #expect(report.what == .forward && report.depth == depth && report.width == 2 && report.shortcut == .b)
        #expect(report.shape == "20x33x34" && report.threads == 2 && report.precision == "float32")
        // The clock was looked at before and after each call, and by nobody in between.
        #expect(report.rounds == [1, 1, 1] && report.seconds == 1)
        #expect(KernelSet.Instructions(rawValue: report.kernels) != nil)
        let logits = try #require(report.logits)
        #expect(logits.count == 2 && logits.allSatisfy(\.isFinite))
        #expect(report.map == nil && report.losses == nil)
        // The same seed makes the same network and input.
        #expect(try benchmark(settings(depth)).run(.forward).report.logits == logits)
    }

    @Test func mapSumsToTheLogitWithoutItsBias() throws {
        let report = try benchmark(settings()).run(.gradcam).report
        let map = try #require(report.map)
        #expect(report.mapShape == [2, 2, 2] && map.count == 8)
        let architecture = Architecture(width: 2)
        let bias = try #require(ResNet3D.randomState(architecture, seed: 5)["fc.bias"]).values[1]
        let logit = try #require(report.logits)[1]
        #expect(abs(try #require(report.mapSum) + Double(bias) - Double(logit)) < 1e-5)
    }

    @Test func trainingReportsTheLossOfEveryStep() throws {
        let report = try benchmark(settings()).run(.train).report
        let losses = try #require(report.losses)
        #expect(losses.count == 4 && losses.allSatisfy { $0.isFinite && $0 > 0 })
        // Steps towards one sample's class lower its loss.
        #expect(losses[3] < losses[0])
        #expect(report.logits == nil)
    }

    @Test func computingAgainGivesTheSameLosses() throws {
        var again = settings()
        again.memory = .blockInputs
        #expect(try benchmark(again).run(.train).report.losses == benchmark(settings()).run(.train).report.losses)
    }

    @Test func filesOfPyTorchAreMeasured() throws {
        let architecture = Architecture(width: 3, shortcut: .a)
        let state = ResNet3D.randomState(architecture, seed: 8)
        try withTemporaryFolder { folder in
            let weights = folder.appending(path: "w.safetensors").path
            let input = folder.appending(path: "x.safetensors").path
            try SafetensorsFile.write(state, metadata: [:], to: weights)
            let volume = Tensor(shape: [9, 17, 18], values: (0..<(9 * 17 * 18)).map { Float($0 % 7) - 3 })
            try SafetensorsFile.write(["volume": volume], metadata: [:], to: input)
            var settings = BenchmarkSettings(threads: 1, rounds: 1, weights: weights, input: input)
            let report = try benchmark(settings).run(.forward).report
            #expect(report.width == 3 && report.shortcut == .a && report.shape == "9x17x18")
            let network = try ResNet3D(architecture, state: state)
            let expected = try network.forward(
                Tensor(shape: [1, 1, 9, 17, 18], values: volume.values), threads: 1)
            #expect(report.logits == expected.logits.values)

            settings.shape = VolumeShape(SIMD3(9, 17, 19))
            let wrong = #expect(throws: ConvNetError.self) { try benchmark(settings).run(.forward).report }
            #expect(wrong?.code == .badInput && wrong?.subject == "shape")
            settings.input = weights
            #expect(throws: ConvNetError.self) { try benchmark(settings).run(.forward).report }
        }
    }

    /// MedicalNet publishes backbones: the classifier is drawn.
    @Test func backboneWithoutClassifierIsMeasured() throws {
        var settings = BenchmarkSettings(
            shape: VolumeShape(SIMD3(9, 17, 18)), threads: 1, rounds: 1,
            weights: Fixtures.path("pth/legacy_state_dict_module.pth"))
        let report = try benchmark(settings).run(.forward).report
        #expect(report.width == 2)
        #expect(report.logits?.count == 2)
        settings.depth = 34
        let error = #expect(throws: ConvNetError.self) { try benchmark(settings).run(.forward).report }
        #expect(error?.code == .stateMismatch)
    }

    @Test func whatDoesNotFitIsNotStarted() {
        let benchmark = Benchmark(
            settings(), budget: MemoryBudget(limits: MemoryLimits(bytes: 1000, bound: .machine)), clock: { 0 })
        for task in BenchmarkTask.allCases {
            let error = #expect(throws: ConvNetError.self) { try benchmark.run(task) }
            #expect(error?.code == .notEnoughMemory)
            #expect(error?.message.contains("20x33x34 voxels needs") == true)
        }
    }

    @Test func noThreadsAndNoRoundsAreRefused() {
        for (threads, rounds) in [(0, 1), (1, 0), (-1, 1)] {
            let error = #expect(throws: ConvNetError.self) {
                try benchmark(BenchmarkSettings(threads: threads, rounds: rounds)).run(.forward).report
            }
            #expect(error?.code == .badInput)
        }
    }

    @Test func jsonKeepsItsNames() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(benchmark(settings()).run(.gradcam).report), as: UTF8.self)
        #expect(!text.contains("\n"))
        for name in [
            "depth", "kernels", "load_seconds", "logits", "map", "map_shape", "map_sum", "precision", "rounds",
            "rss_mb",
            "seconds", "shape", "shortcut", "threads", "what", "width",
        ] {
            #expect(text.contains("\"\(name)\":"), "\(name)")
        }
        // The race reads it as it reads its peers'.
        let run = try JSONDecoder().decode(RaceRun.self, from: Data(text.utf8))
        #expect(run.seconds == 1 && run.map?.count == 8 && run.precision == "float32")
    }

    @Test func profileNamesEveryLayer() throws {
        let table = try #require(try benchmark(settings(50)).run(.forward, profiles: true).profile)
        let names = table.rows.map(\.name)
        #expect(names.first == "conv1" && names.last == "fc")
        #expect(names.contains("layer2.0.downsample.0"))
        #expect(names.count == 54)
        #expect(table.rows.allSatisfy { $0.seconds == 1 })
        let convolutions = table.rows.filter { $0.name.contains("conv") || $0.name.contains("downsample") }
        #expect(convolutions.allSatisfy { $0.operations > 0 })
        #expect(table.peak > 0)
        #expect(table.cells.count == 56 && table.cells.allSatisfy { $0.count == 6 })
        #expect(table.note.contains("GFLOP/s"))
    }

    @Test func profileOfATrainingStepGoesThereAndBack() throws {
        let table = try #require(try benchmark(settings()).run(.train, profiles: true).profile)
        #expect(table.rows.count > 40)
        #expect(table.rows.contains { $0.operations > 0 })
    }

    @Test func profileTakesTheMedianOfEachLayer() {
        func pass(_ a: Double, _ b: Double) -> [LayerProfile.Layer] {
            [
                LayerProfile.Layer(name: "a", seconds: a, operations: 2_000_000_000),
                LayerProfile.Layer(name: "b", seconds: b, operations: 0),
            ]
        }
        let table = ProfileTable(passes: [pass(0.01, 3), pass(0.03, 0.06), pass(0.02, 0.01)], peak: 200e9)
        #expect(
            table.cells == [
                ["LAYER", "MS", "TIME %", "GFLOP", "GFLOP/S", "PEAK %"],
                ["a", "20.00", "25.0", "2.00", "100", "50"], ["b", "60.00", "75.0", "-", "-", "-"],
                ["all", "80.00", "100.0", "2.00", "25", "13"],
            ])
    }
}
