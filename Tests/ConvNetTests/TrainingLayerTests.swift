import ConvNet
import Testing

/// The small layers of training: linear layer, average pool, cross-entropy, shortcut A, Adam.
@Suite struct TrainingLayerTests {
    private func op(_ name: String) throws -> [String: Tensor] { try Fixtures.tensors("ops/\(name).safetensors") }

    private func tensor(_ shape: [Int], _ values: [Double]) -> Tensor {
        Tensor(shape: shape, values: values.map { Float($0) })
    }

    @Test func linearLayerMatchesPyTorch() throws {
        let all = try op("linear")
        func values(_ name: String) throws -> [Float] { try #require(all["in." + name]).values }
        let (weight, bias) = (try values("weight"), try values("bias"))
        let (x, dy) = (try values("x").map { Double($0) }, try values("dy").map { Double($0) })
        let (y, dx) = (try #require(all["out.y"]), try #require(all["out.dx"]))
        var (dw, db) = ([Float](repeating: 9, count: 14), [Float](repeating: 9, count: 2))
        weight.withUnsafeBufferPointer { weight in
            bias.withUnsafeBufferPointer { bias in
                let layer = LinearLayer(
                    inputs: 7, outputs: 2, weight: weight.baseAddress!, bias: bias.baseAddress!)
                expectClose(tensor([3, 2], layer.forward(x)), y, 1e-5)
                expectClose(tensor([3, 7], layer.inputGradient(dy)), dx, 1e-5)
                layer.gradients(x, dy, weight: &dw, bias: &db)
            }
        }
        expectClose(Tensor(shape: [2, 7], values: dw), try #require(all["out.dweight"]), 1e-5)
        expectClose(Tensor(shape: [2], values: db), try #require(all["out.dbias"]), 1e-5)
    }

    @Test func averagePoolMatchesPyTorch() throws {
        let all = try op("global_avgpool3d")
        let x = Activations(try #require(all["in.x"]))
        expectClose(tensor([2, 3, 1, 1, 1], GlobalAveragePool.forward(x)), try #require(all["out.y"]), 1e-5)
        GlobalAveragePool.backward(try #require(all["in.dy"]).values.map { Double($0) }, into: x)
        expectClose(x.tensor(), try #require(all["out.dx"]), 1e-5)
    }

    @Test func crossEntropyMatchesPyTorch() throws {
        let all = try op("cross_entropy")
        let (loss, gradient) = CrossEntropy.lossAndGradient(
            try #require(all["in.logits"]).values.map { Double($0) }, classes: 2,
            targets: try #require(all["in.target"]).values.map { Int($0) })
        expectClose(tensor([], [loss]), try #require(all["out.loss"]), 1e-5)
        expectClose(tensor([5, 2], gradient), try #require(all["out.dlogits"]), 1e-5)
    }

    /// ⟨shortcut(x), y⟩ = ⟨x, backward(y)⟩ for every x and y, and the channels beyond x's get no say.
    @Test(arguments: [(3, 5, 2), (17, 40, 2), (16, 16, 3), (2, 2, 1)])
    func shortcutAGoesBackAsItCame(from: Int, to: Int, stride: Int) {
        let execution = Execution(threads: 2)
        let input = noise([2, from, 5, 4, 7], seed: 1)
        let shortcut = ZeroPadShortcut(outputChannels: to, stride: stride)
        let shape = (SIMD3(5, 4, 7) &- 1) / SIMD3(repeating: stride) &+ 1
        let y = Activations(samples: 2, channels: to, shape: shape)
        shortcut.forward(Activations(input), into: y, execution)
        #expect(y.tensor() == everyOther(input, channels: to, stride: stride))
        let upstream = noise(y.tensor().shape, seed: 2)
        let dx = Activations(samples: 2, channels: from, shape: SIMD3(5, 4, 7))
        for i in 0..<dx.count { dx.base[i] = 9 }
        shortcut.backward(Activations(upstream), into: dx, execution)
        let there = zip(y.tensor().values, upstream.values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        let back = zip(input.values, dx.tensor().values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(there - back) < 1e-4)
    }

    /// Shortcut A by its definition.
    private func everyOther(_ x: Tensor, channels: Int, stride: Int) -> Tensor {
        let out = x.shape[2...].map { ($0 - 1) / stride + 1 }
        var result = Tensor(shape: [x.shape[0], channels] + out)
        var next = 0
        for n in 0..<x.shape[0] {
            for channel in 0..<channels {
                for i in 0..<out[0] {
                    for j in 0..<out[1] {
                        for k in 0..<out[2] {
                            defer { next += 1 }
                            guard channel < x.shape[1] else { continue }
                            let line = ((n * x.shape[1] + channel) * x.shape[2] + i * stride) * x.shape[3] + j * stride
                            result.values[next] = x.values[line * x.shape[4] + k * stride]
                        }
                    }
                }
            }
        }
        return result
    }

    @Test(arguments: KernelSet.supported.map(\.instructions))
    func adamFollowsItsFormula(_ instructions: KernelSet.Instructions) throws {
        let count = 80
        let execution = Execution(threads: 2, kernels: try .named(instructions.rawValue))
        let start = noise([count], seed: 1).values
        var wanted = start.map { Double($0) }
        var (m, v) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        let memory = AlignedMemory(count: count)
        memory.base.update(from: start, count: count)
        let adam = Adam(count: count)
        for step in 1...5 {
            var gradient = noise([count], seed: UInt64(10 + step)).values
            // A parameter that never gets a gradient stays as it is.
            gradient[3] = 0
            gradient[4] *= 1e-6
            adam.step(memory.base, gradients: gradient, learningRate: 0.01, execution)
            let (one, two) = (1 - pow(0.9, step), 1 - pow(0.999, step))
            for i in 0..<count {
                let g = Double(gradient[i])
                m[i] = 0.9 * m[i] + 0.1 * g
                v[i] = 0.999 * v[i] + 0.001 * g * g
                wanted[i] -= 0.01 / one * m[i] / (v[i].squareRoot() / two.squareRoot() + 1e-8)
            }
        }
        expectClose(
            Tensor(shape: [count], values: (0..<count).map { memory.base[$0] }), tensor([count], wanted), 1e-6)
        #expect(memory.base[3] == start[3])
    }

    private func pow(_ base: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1.0) { product, _ in product * base } }
}
