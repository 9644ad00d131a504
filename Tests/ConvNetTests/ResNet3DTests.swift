import ConvNet
import Foundation
import Testing

@Suite struct ResNet3DTests {
    /// The network that a fixture holds and what PyTorch, in float64, made of its input.
    private func recorded(_ name: String) throws -> (network: ResNet3D, input: Tensor, expected: [String: Tensor]) {
        let all = try Fixtures.tensors("net/\(name).safetensors")
        var state: [String: Tensor] = [:]
        for (key, tensor) in all {
            for role in ["param.", "buffer."] where key.hasPrefix(role) {
                state[String(key.dropFirst(role.count))] = tensor
            }
        }
        let shortcut: Architecture.Shortcut = state["layer2.0.downsample.0.weight"] == nil ? .a : .b
        let width = try #require(state["bn1.weight"]).count
        let network = try ResNet3D(Architecture(width: width, shortcut: shortcut), state: state)
        return (network, try #require(all["in.x"]), all)
    }

    @Test(arguments: ["r18_a", "r18_b"], [1, 2])
    func everyStageMatchesPyTorch(name: String, threads: Int) throws {
        let (network, input, expected) = try recorded(name)
        var taps: [String: [Tensor]] = [:]
        let result = try network.forward(input, threads: threads) { taps[$0, default: []].append($1) }
        #expect(taps.count == 6)
        for (stage, samples) in taps {
            let want = try #require(expected["out.act.\(stage)"])
            let got = Tensor(shape: want.shape, values: samples.flatMap(\.values))
            expectClose(got, want, 2e-5, "\(name) \(stage)")
        }
        expectClose(result.layer4, try #require(expected["out.act.layer4"]), 2e-5)
        let logits = try #require(expected["out.logits"])
        expectClose(result.logits, logits, 2e-5)
        let probabilities = (0..<logits.shape[0]).flatMap { n in
            Softmax.probabilities((0..<2).map { Double(result.logits.values[n * 2 + $0]) }).map { Float($0) }
        }
        expectClose(Tensor(shape: logits.shape, values: probabilities), try #require(expected["out.softmax"]), 1e-5)
    }

    @Test func resultDoesNotDependOnThreads() throws {
        let architecture = Architecture(width: 8, shortcut: .b)
        let network = try ResNet3D(architecture, state: ResNet3D.randomState(architecture, seed: 3))
        let input = noise([1, 1, 33, 41, 37], seed: 4)
        let one = try network.forward(input, threads: 1)
        let three = try network.forward(input, threads: 3)
        #expect(one.logits == three.logits)
        #expect(one.layer4 == three.layer4)
    }

    @Test func layer4MapsSumToTheLogits() throws {
        let (network, input, _) = try recorded("r18_a")
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
            var input = Tensor(shape: [1, 1, 17, 33, 33])
            input.values[9000] = bad
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
        let network = try ResNet3D(architecture, state: state)
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
