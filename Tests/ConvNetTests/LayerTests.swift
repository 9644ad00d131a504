import ConvNet
import Testing

/// Each operation against what PyTorch recorded.
@Suite struct LayerTests {
    private func op(_ name: String) throws -> [String: Tensor] { try Fixtures.tensors("ops/\(name).safetensors") }

    /// The twin that the fast pooling is compared with.
    @Test func naiveMaxPoolMatchesPyTorchExactly() throws {
        let recorded = try op("maxpool3d")
        let naive = MaxPool3D(kernel: 3, stride: 2, padding: 1).naive(try #require(recorded["in.x"]))
        #expect(naive.output == recorded["out.y"])
        #expect(naive.index.map { Float($0) } == recorded["out.index"]?.values)
    }

    @Test func batchNormMatchesPyTorch() throws {
        let recorded = try op("batchnorm3d_eval")
        func values(_ name: String) throws -> [Float] { try #require(recorded["in." + name]).values }
        let norm = BatchNorm(
            weight: try values("weight"), bias: try values("bias"), runningMean: try values("running_mean"),
            runningVariance: try values("running_var"))
        let input = try #require(recorded["in.x"])
        let length = input.shape[2...].reduce(1, *)
        var output = input
        for (i, value) in input.values.enumerated() {
            let channel = i / length % norm.scale.count
            output.values[i] = Float(norm.scale[channel] * Double(value) + norm.offset[channel])
        }
        expectClose(output, try #require(recorded["out.y"]), 1e-5)
    }

    private func tensor(_ shape: [Int], _ values: [Double]) -> Tensor {
        Tensor(shape: shape, values: values.map { Float($0) })
    }

    @Test func softmaxAndCrossEntropyMatchPyTorch() throws {
        let recorded = try op("cross_entropy")
        let logits = try #require(recorded["in.logits"])
        let target = try #require(recorded["in.target"]).values.map { Int($0) }
        let rows = (0..<5).map { n in (0..<2).map { Double(logits.values[2 * n + $0]) } }
        expectClose(tensor([5, 2], rows.flatMap(Softmax.probabilities)), try #require(recorded["out.softmax"]), 1e-5)
        expectClose(
            tensor([5, 2], rows.flatMap(Softmax.logProbabilities)), try #require(recorded["out.log_softmax"]), 1e-5)
        let each = zip(rows, target).map { Softmax.crossEntropy($0, target: $1) }
        expectClose(tensor([5], each), try #require(recorded["out.each"]), 1e-5)
        expectClose(tensor([], [each.reduce(0, +) / 5]), try #require(recorded["out.loss"]), 1e-5)
    }

    @Test func shortcutAKeepsEveryOtherVoxelAndAppendsZeros() {
        let input = Tensor(shape: [2, 1, 3, 2, 5], values: (0..<60).map { Float($0) })
        let shortcut = ZeroPadShortcut(outputChannels: 3, stride: 2)
        let y = Activations(samples: 2, channels: 3, shape: SIMD3(2, 1, 3))
        for i in 0..<y.count { y.base[i] = .nan }
        shortcut.forward(Activations(input), into: y, Execution(threads: 2))
        let output = y.tensor()
        #expect(output.values[..<6] == [0, 2, 4, 20, 22, 24])
        #expect(output.values[18..<24] == [30, 32, 34, 50, 52, 54])
        #expect(output.values.filter { $0 == 0 }.count == 25)
        #expect((0..<y.count).allSatisfy { !y.base[$0].isNaN })
    }

    @Test func shortcutAFillsWholeVectors() {
        let input = noise([1, 17, 3, 3, 2], seed: 5)
        let y = Activations(channels: 40, shape: SIMD3(3, 3, 2))
        for i in 0..<y.count { y.base[i] = .nan }
        ZeroPadShortcut(outputChannels: 40, stride: 1).forward(Activations(input), into: y, Execution(threads: 1))
        #expect(y.tensor().values == input.values + [Float](repeating: 0, count: 23 * 18))
        #expect((0..<y.count).allSatisfy { !y.base[$0].isNaN })
    }
}
