import ConvNet
import Foundation
import Testing

@Suite struct ResNet3DTests {
    /// Every network of the family that is here, with each set of kernels and on one thread and on two.
    @Test(arguments: NetworkFixture.available, KernelSet.Instructions.supported)
    func everyStageMatchesPyTorch(name: String, instructions: KernelSet.Instructions) throws {
        let fixture = try NetworkFixture.load(name)
        let network = try ResNet3D(fixture.architecture, state: fixture.state)
        let input = try fixture.input
        for threads in [1, 2] {
            let plan = try network.plan(
                input: SIMD3(input.shape[2], input.shape[3], input.shape[4]), threads: threads,
                kernels: KernelSet.named(instructions.rawValue))
            var taps: [Architecture.Stage: [Tensor]] = [:]
            let result = try network.forward(input, on: plan) { taps[$0, default: []].append($1) }
            #expect(taps.count == Architecture.Stage.allCases.count)
            for (stage, samples) in taps {
                let want = try fixture.expected("act.\(stage)")
                let got = Tensor(shape: want.shape, values: samples.flatMap(\.values))
                expectClose(got, want, 2e-5, "\(name) \(stage)")
            }
            expectClose(result.layer4, try fixture.expected("act.layer4"), 2e-5)
            let logits = try fixture.expected("logits")
            expectClose(result.logits, logits, 2e-5)
            let probabilities = (0..<logits.shape[0]).flatMap { n in
                Softmax.probabilities((0..<2).map { Double(result.logits.values[n * 2 + $0]) }).map { Float($0) }
            }
            expectClose(Tensor(shape: logits.shape, values: probabilities), try fixture.expected("softmax"), 1e-5)
        }
    }

    @Test func familyIsComplete() {
        // Two lie in the package; the others beside it.
        #expect(NetworkFixture.available.count == (Fixtures.shared == nil ? 2 : NetworkFixture.family.count))
    }

    @Test(arguments: [
        Architecture(width: 8), Architecture(width: 17, shortcut: .a), Architecture(depth: 34, width: 5),
        Architecture(depth: 50, width: 6), Architecture(depth: 50, width: 4, shortcut: .a),
        .medicalNet(depth: 50, width: 3), .medicalNet(width: 16, shortcut: .a),
        Architecture(
            width: 4, stemStride: [2, 2, 2], stageStrides: [2, 1, 2, 1], stageDilations: [1, 2, 1, 3], classes: 5),
    ])
    func sameThreadsGiveSameBits(architecture: Architecture) throws {
        let network = try ResNet3D(architecture, state: ResNet3D.randomState(architecture, seed: 3))
        let input = noise([1, 1, 17, 21, 19], seed: 4)
        let one = try network.forward(input, threads: 1)
        let two = try network.forward(input, threads: 2)
        let plan = try network.plan(input: SIMD3(17, 21, 19), threads: 2)
        for _ in 0..<2 {
            let again = try network.forward(input, on: plan)
            #expect(again.logits == two.logits)
            #expect(again.layer4 == two.layer4)
            // Something else in between, so that nothing is left behind.
            _ = try network.forward(noise([1, 1, 17, 21, 19], seed: 5), on: plan)
        }
        expectClose(one.logits, two.logits, 1e-5)
        expectClose(one.layer4, two.layer4, 1e-5)
        #expect(one.logits.shape == [1, architecture.classes])
        let cells = architecture.layer4Shape(input: SIMD3(17, 21, 19))
        #expect(one.layer4.shape == [1, architecture.features, cells.x, cells.y, cells.z])
    }

    @Test func planRunsOneNetworkAfterTheOther() throws {
        let architecture = Architecture(width: 6)
        let networks = try (1...3).map {
            try ResNet3D(architecture, state: ResNet3D.randomState(architecture, seed: $0))
        }
        let input = noise([2, 1, 15, 18, 20], seed: 9)
        let plan = try InferencePlan(architecture, input: SIMD3(15, 18, 20), threads: 2)
        for network in networks + networks.reversed() {
            let shared = try network.forward(input, on: plan)
            let alone = try network.forward(input, threads: 2)
            #expect(shared.logits == alone.logits)
            #expect(shared.layer4 == alone.layer4)
        }
    }

    /// What a run leaves in the memory, be it not a number, does not reach the next.
    @Test(arguments: [Architecture(width: 5), Architecture(depth: 50, width: 3, shortcut: .a)])
    func planForgetsWhatItRan(architecture: Architecture) throws {
        let network = try ResNet3D(architecture, state: ResNet3D.randomState(architecture, seed: 2))
        let input = noise([1, 1, 15, 18, 20], seed: 9)
        let plan = try InferencePlan(architecture, input: SIMD3(15, 18, 20), threads: 2)
        let first = try network.forward(input, on: plan)
        let bad = #expect(throws: ConvNetError.self) {
            try network.forward(Tensor(shape: input.shape, filledWith: .nan), on: plan)
        }
        #expect(bad?.code == .notFinite)
        let second = try network.forward(input, on: plan)
        #expect(first.logits == second.logits)
        #expect(first.layer4 == second.layer4)
    }

    @Test func planForAnotherShapeOrNetworkIsRefused() throws {
        let architecture = Architecture(width: 2)
        let network = try ResNet3D(architecture, state: ResNet3D.randomState(architecture, seed: 1))
        let other = try InferencePlan(architecture, input: SIMD3(9, 9, 8), threads: 1)
        let wider = try InferencePlan(Architecture(width: 3), input: SIMD3(9, 9, 9), threads: 1)
        for plan in [other, wider] {
            let error = #expect(throws: ConvNetError.self) {
                try network.forward(Tensor(shape: [1, 1, 9, 9, 9]), on: plan)
            }
            #expect(error?.code == .badInput)
            #expect(error?.subject == "plan")
        }
    }

    @Test func layer4MapsSumToTheLogits() throws {
        let fixture = try NetworkFixture.load("r18_a")
        let network = try ResNet3D(fixture.architecture, state: fixture.state)
        let input = try fixture.input
        let result = try network.forward(input, threads: 2)
        let cells = result.layer4.shape[2...].reduce(1, *)
        let (weight, bias) = network.classifier
        for n in 0..<2 {
            for c in 0..<2 {
                var sum = Double(bias[c])
                for k in 0..<weight.shape[1] {
                    for v in 0..<cells {
                        let activation = result.layer4.values[(n * weight.shape[1] + k) * cells + v]
                        sum += Double(weight.values[c * weight.shape[1] + k]) * Double(activation) / Double(cells)
                    }
                }
                #expect(abs(sum - Double(result.logits.values[n * 2 + c])) < 1e-5)
            }
        }
    }

    @Test func notANumberReachesTheCallerAsAnError() throws {
        let architecture = Architecture(width: 2, shortcut: .a)
        let network = try ResNet3D(architecture, state: ResNet3D.randomState(architecture, seed: 1))
        for bad in [Float.nan, .infinity] {
            var input = Tensor(shape: [1, 1, 9, 17, 17])
            input.values[1300] = bad
            let error = #expect(throws: ConvNetError.self) { try network.forward(input, threads: 1) }
            #expect(error?.code == .notFinite)
        }
    }

    @Test(arguments: [[1, 17, 17, 17], [1, 2, 9, 9, 9], [0, 1, 9, 9, 9], [1, 1, 0, 9, 9]])
    func wrongInputShapeIsRefused(shape: [Int]) throws {
        let architecture = Architecture(width: 1, shortcut: .a)
        let network = try ResNet3D(architecture, state: ResNet3D.randomState(architecture, seed: 1))
        let error = #expect(throws: ConvNetError.self) { try network.forward(Tensor(shape: shape), threads: 1) }
        #expect(error?.code == .badInput)
        let none = #expect(throws: ConvNetError.self) {
            try network.forward(Tensor(shape: [1, 1, 9, 9, 9]), threads: 0)
        }
        #expect(none?.code == .badInput)
    }

    @Test func smallestInputGivesOneCell() throws {
        let architecture = Architecture(width: 2, shortcut: .b)
        let network = try ResNet3D(architecture, state: ResNet3D.randomState(architecture, seed: 1))
        let result = try network.forward(noise([1, 1, 1, 1, 1], seed: 5), threads: 2)
        #expect(result.layer4.shape == [1, 16, 1, 1, 1])
    }

    @Test func stateThatDoesNotFitIsRefused() throws {
        let architecture = Architecture(width: 2, shortcut: .b)
        let whole = ResNet3D.randomState(architecture, seed: 1)
        func code(_ change: (inout [String: Tensor]) -> Void) -> ConvNetError.Code? {
            var state = whole
            change(&state)
            return #expect(throws: ConvNetError.self) { try ResNet3D(architecture, state: state) }?.code
        }
        #expect(code { $0["layer3.0.downsample.0.weight"] = nil } == .stateMismatch)
        #expect(code { $0["other"] = Tensor(shape: []) } == .stateMismatch)
        #expect(code { $0["fc.bias"] = Tensor(shape: [3]) } == .stateMismatch)
        #expect(code { $0["bn1.running_var"]?.values[0] = -1 } == .stateMismatch)
        #expect(code { $0["conv1.weight"]?.values[7] = .nan } == .notFinite)
        var counted = whole
        counted["bn1.num_batches_tracked"] = Tensor(shape: [])
        _ = try ResNet3D(architecture, state: counted)
    }

    /// Runs what `Tests/Outside/convnet_forward.py` made, and leaves the result for it to compare.
    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["FCDWATCH_CROSSCHECK"] != nil, "a tool: set FCDWATCH_CROSSCHECK"))
    func fullSizeNetworkIsWrittenForComparison() throws {
        let folder = URL(filePath: try #require(ProcessInfo.processInfo.environment["FCDWATCH_CROSSCHECK"]))
        func path(_ name: String) -> String { folder.appending(path: name).path }
        let architecture = try JSONDecoder().decode(
            Architecture.self, from: Data(contentsOf: URL(filePath: path("architecture.json"))))
        let state = try SafetensorsFile.read(path("state.safetensors"))
        #expect(try PyTorchCheckpoint.read(path("state.pth")) == state)
        let network = try ResNet3D(architecture, weights: SafetensorsFile.map(path("state.safetensors")))
        let input = try #require(try SafetensorsFile.read(path("input.safetensors"))["x"])
        let result = try network.forward(input, threads: 2)
        try SafetensorsFile.write(
            ["logits": result.logits, "layer4": result.layer4], metadata: [:], to: path("output.safetensors"))
    }
}

/// Normal numbers from a seed.
func noise(_ shape: [Int], seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return Tensor(shape: shape, values: (0..<shape.reduce(1, *)).map { _ in Float(generator.normal()) })
}
