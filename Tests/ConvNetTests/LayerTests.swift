import ConvNet
import Testing

/// Each operation against what PyTorch recorded, and each fast kernel against its naive twin.
@Suite struct LayerTests {
    private func op(_ name: String) throws -> [String: Tensor] { try Fixtures.tensors("ops/\(name).safetensors") }

    private struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var stride = SIMD3(repeating: 1)
        var padding = 1
        var dilation = 1
        var testDescription: String { name }
    }

    private static let convolutions: [Case] = [
        Case(name: "stem_7_s122", stride: SIMD3(1, 2, 2), padding: 3),
        Case(name: "stem_7_s222", stride: SIMD3(2, 2, 2), padding: 3),
        Case(name: "k3_s1"),
        Case(name: "k3_s2_odd", stride: SIMD3(2, 2, 2)),
        Case(name: "k3_s2_even", stride: SIMD3(2, 2, 2)),
        Case(name: "k3_s2_thin", stride: SIMD3(2, 2, 2)),
        Case(name: "k3_dil2", padding: 2, dilation: 2),
        Case(name: "k3_dil4", padding: 4, dilation: 4),
        Case(name: "k1_s1", padding: 0),
        Case(name: "k1_s2_odd", stride: SIMD3(2, 2, 2), padding: 0),
    ]

    @Test(arguments: convolutions)
    private func convolutionMatchesPyTorch(_ item: Case) throws {
        let recorded = try op("conv3d_" + item.name)
        let weight = try #require(recorded["in.weight"])
        let input = try #require(recorded["in.x"])
        let expected = try #require(recorded["out.y"])
        let geometry = ConvolutionGeometry(
            kernel: SIMD3(weight.shape[2], weight.shape[3], weight.shape[4]), stride: item.stride,
            padding: SIMD3(repeating: item.padding), dilation: SIMD3(repeating: item.dilation))
        let convolution = Conv3D(weight: weight, geometry: geometry)
        expectClose(convolution.forward(input, threads: 2), expected, 1e-5, "fast")
        expectClose(convolution.naive(input), expected, 1e-5, "naive")
    }

    @Test func everyFixtureOfAConvolutionIsUsed() throws {
        let names = try Fixtures.names(in: "ops", suffix: ".safetensors").filter { $0.hasPrefix("conv3d_") }
        #expect(
            names.map { $0.dropFirst("conv3d_".count).dropLast(".safetensors".count) }.sorted()
                == Self.convolutions.map { Substring($0.name) }.sorted())
    }

    /// Shapes at every edge: kernels of unequal sides, strides over them, padding beyond them, lines of one voxel, several
    /// blocks per sample.
    @Test func fastConvolutionEqualsNaiveOverASweepOfShapes() {
        var generator = SeededGenerator(seed: 21)
        func any(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
        for round in 0..<250 {
            let kernel = SIMD3(any(1...4), any(1...4), any(1...4))
            let dilation = SIMD3(any(1...3), any(1...3), any(1...3))
            let geometry = ConvolutionGeometry(
                kernel: kernel, stride: SIMD3(any(1...3), any(1...3), any(1...3)),
                padding: SIMD3(any(0...4), any(0...4), any(0...4)), dilation: dilation)
            let size = SIMD3(any(1...9), any(1...9), any(1...12))
            guard all(geometry.outputShape(of: size) .> 0) else { continue }
            let (from, to, batch) = (any(1...4), any(1...5), any(1...2))
            let seed = UInt64(1000 + 4 * round)
            let convolution = Conv3D(
                weight: noise([to, from, kernel.x, kernel.y, kernel.z], seed: seed),
                bias: noise([to], seed: seed + 1).values, geometry: geometry)
            let input = noise([batch, from, size.x, size.y, size.z], seed: seed + 2)
            let naive = convolution.naive(input)
            let added = noise(naive.shape, seed: seed + 3)
            expectClose(convolution.forward(input, threads: 1 + round % 3), naive, 1e-5, "\(geometry) \(size)")
            let finished = Tensor(shape: naive.shape, values: zip(naive.values, added.values).map { max($0 + $1, 0) })
            expectClose(convolution.forward(input, threads: 2, adding: added, relu: true), finished, 1e-5, "finished")
        }
    }

    @Test func blocksOfALargeInputJoinWithoutSeams() {
        let geometry = ConvolutionGeometry(
            kernel: SIMD3(repeating: 3), stride: SIMD3(repeating: 1), padding: SIMD3(repeating: 1))
        let convolution = Conv3D(weight: noise([3, 40, 3, 3, 3], seed: 31), geometry: geometry)
        // 1080 gathered values per position: several blocks, the last one narrower.
        let input = noise([1, 40, 11, 13, 17], seed: 32)
        #expect(input.count / 40 > Conv3D.blockValues / 1080 * 2)
        expectClose(convolution.forward(input, threads: 2), convolution.naive(input), 1e-5)
    }

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

    @Test func notANumberSurvivesPoolingAndReLU() {
        for at in 0..<27 {
            var input = noise([1, 1, 3, 3, 3], seed: 42)
            input.values[at] = .nan
            let pool = MaxPool3D(kernel: 3, stride: 2, padding: 1)
            let fast = pool.forward(input, threads: 1)
            #expect(fast.values.contains { $0.isNaN })
            #expect(fast.values.map(\.isNaN) == pool.naive(input).output.values.map(\.isNaN))
            let one = ConvolutionGeometry(kernel: SIMD3(repeating: 1), stride: SIMD3(repeating: 1), padding: SIMD3())
            let same = Conv3D(weight: Tensor(shape: [1, 1, 1, 1, 1], filledWith: 1), geometry: one)
            #expect(same.forward(input, threads: 1, relu: true).values[at].isNaN)
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
        // Folded into a convolution that changes nothing, it does the same.
        var identity = Tensor(shape: [4, 4, 1, 1, 1])
        for c in 0..<4 { identity.values[5 * c] = 1 }
        let one = ConvolutionGeometry(kernel: SIMD3(repeating: 1), stride: SIMD3(repeating: 1), padding: SIMD3())
        expectClose(norm.folded(into: identity, geometry: one).forward(input, threads: 1), expected, 1e-5)
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
