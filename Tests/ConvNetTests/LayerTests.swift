import ConvNet
import Testing

/// Each operation against what PyTorch recorded.
@Suite struct LayerTests {
    private func op(_ name: String) throws -> [String: Tensor] { try Fixtures.tensors("ops/\(name).safetensors") }

    @Test func maxPoolMatchesPyTorchExactly() throws {
        let recorded = try op("maxpool3d")
        let input = try #require(recorded["in.x"])
        let pool = MaxPool3D(kernel: 3, stride: 2, padding: 1)
        #expect(pool.forward(input, threads: 2) == recorded["out.y"])
        let naive = pool.naive(input)
        #expect(naive.output == recorded["out.y"])
        #expect(naive.index.map { Float($0) } == recorded["out.index"]?.values)
    }

    @Test(arguments: [(3, 2, 1), (2, 2, 0), (3, 1, 1), (5, 3, 2)])
    func fastMaxPoolEqualsNaive(kernel: Int, stride: Int, padding: Int) {
        let pool = MaxPool3D(kernel: kernel, stride: stride, padding: padding)
        for size in [[7, 8, 9], [5, 5, 5], [11, 6, 13]] {
            let input = noise([2, 3] + size, seed: 41)
            #expect(pool.forward(input, threads: 2) == pool.naive(input).output)
        }
    }

    @Test func notANumberSurvivesPooling() {
        for at in 0..<27 {
            var input = noise([1, 1, 3, 3, 3], seed: 42)
            input.values[at] = .nan
            let pool = MaxPool3D(kernel: 3, stride: 2, padding: 1)
            let fast = pool.forward(input, threads: 1)
            #expect(fast.values.contains { $0.isNaN })
            #expect(fast.values.map(\.isNaN) == pool.naive(input).output.values.map(\.isNaN))
        }
    }

    @Test func batchNormMatchesPyTorch() throws {
        let recorded = try op("batchnorm3d_eval")
        func values(_ name: String) throws -> [Float] { try #require(recorded["in." + name]).values }
        let norm = BatchNorm(
            weight: try values("weight"), bias: try values("bias"), runningMean: try values("running_mean"),
            runningVariance: try values("running_var"))
        let input = try #require(recorded["in.x"])
        let expected = try #require(recorded["out.y"])
        expectClose(norm.forward(input), expected, 1e-5)
    }

    @Test func linearMatchesPyTorch() throws {
        let recorded = try op("linear")
        let linear = Linear(weight: try #require(recorded["in.weight"]), bias: try #require(recorded["in.bias"]).values)
        expectClose(linear.forward(try #require(recorded["in.x"])), try #require(recorded["out.y"]), 1e-5)
    }

    @Test func averagePoolMatchesPyTorch() throws {
        let recorded = try op("global_avgpool3d")
        let pooled = GlobalAveragePool.forward(try #require(recorded["in.x"]))
        expectClose(Tensor(shape: [2, 3, 1, 1, 1], values: pooled.values), try #require(recorded["out.y"]), 1e-5)
    }

    @Test func softmaxAndCrossEntropyMatchPyTorch() throws {
        let recorded = try op("cross_entropy")
        let logits = try #require(recorded["in.logits"])
        let target = try #require(recorded["in.target"]).values.map { Int($0) }
        let rows = (0..<5).map { n in (0..<2).map { Double(logits.values[2 * n + $0]) } }
        func tensor(_ shape: [Int], _ values: [Double]) -> Tensor {
            Tensor(shape: shape, values: values.map { Float($0) })
        }
        expectClose(tensor([5, 2], rows.flatMap(Softmax.probabilities)), try #require(recorded["out.softmax"]), 1e-5)
        expectClose(
            tensor([5, 2], rows.flatMap(Softmax.logProbabilities)), try #require(recorded["out.log_softmax"]), 1e-5)
        let each = zip(rows, target).map { Softmax.crossEntropy($0, target: $1) }
        expectClose(tensor([5], each), try #require(recorded["out.each"]), 1e-5)
        expectClose(tensor([], [each.reduce(0, +) / 5]), try #require(recorded["out.loss"]), 1e-5)
    }

    @Test func shortcutAKeepsEveryOtherVoxelAndAppendsZeros() {
        let input = Tensor(shape: [2, 1, 3, 2, 5], values: (0..<60).map { Float($0) })
        let output = ZeroPadShortcut(outputChannels: 3, stride: 2).forward(input)
        #expect(output.shape == [2, 3, 2, 1, 3])
        #expect(output.values[..<6] == [0, 2, 4, 20, 22, 24])
        #expect(output.values[18..<24] == [30, 32, 34, 50, 52, 54])
        #expect(output.values.filter { $0 == 0 }.count == 25)
    }
}
