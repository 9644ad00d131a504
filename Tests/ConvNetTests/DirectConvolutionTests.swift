import ConvNet
import Testing

/// The twin that every fast convolution is compared with, against what PyTorch recorded: output and both gradients.
@Suite struct DirectConvolutionTests {
    @Test(arguments: RecordedConvolution.all)
    func forwardAndGradientsMatchPyTorch(_ item: RecordedConvolution) throws {
        let recorded = try Fixtures.tensors("ops/conv3d_\(item.name).safetensors")
        func tensor(_ name: String) throws -> Tensor { try #require(recorded[name]) }
        let weight = try tensor("in.weight")
        let x = Activations(try tensor("in.x"))
        let problem = item.problem(weight: weight, input: x)
        let convolution = DirectConvolution(problem)
        let execution = Execution(threads: 1)
        let y = Activations(samples: x.samples, channels: problem.outputChannels, shape: problem.output)
        let dy = Activations(try tensor("in.dy"))
        let dx = Activations(samples: x.samples, channels: x.channels, shape: x.shape)
        var dw = Tensor(shape: weight.shape)
        weight.values.withUnsafeBufferPointer { w in
            convolution.forward(x, weight: w.baseAddress!, scale: nil, epilogue: Epilogue(), into: y, execution)
            convolution.inputGradient(dy, weight: w.baseAddress!, into: dx, adds: false, execution)
        }
        dw.values.withUnsafeMutableBufferPointer { convolution.weightGradient(x, dy, into: $0.baseAddress!, execution) }
        expectClose(y.tensor(), try tensor("out.y"), 1e-5, "y")
        expectClose(dx.tensor(), try tensor("out.dx"), 1e-5, "dx")
        expectClose(dw, try tensor("out.dweight"), 1e-5, "dweight")
    }

    @Test func everyFixtureOfAConvolutionIsUsed() throws {
        let names = try Fixtures.names(in: "ops", suffix: ".safetensors").filter { $0.hasPrefix("conv3d_") }
        #expect(
            names.map { $0.dropFirst("conv3d_".count).dropLast(".safetensors".count) }.sorted()
                == RecordedConvolution.all.map { Substring($0.name) }.sorted())
    }

    @Test func epilogueScalesAddsAndCutsOff() {
        let one = ConvolutionGeometry(kernel: SIMD3(repeating: 1), stride: SIMD3(repeating: 1), padding: SIMD3())
        let problem = ConvolutionProblem(inputChannels: 1, outputChannels: 2, geometry: one, input: SIMD3(1, 1, 3))
        let x = Activations(Tensor(shape: [1, 1, 1, 1, 3], values: [1, -2, .nan]))
        let y = Activations(Tensor(shape: [1, 2, 1, 1, 3], values: [10, 20, 30, 1, 2, 3]))
        var bias = [Float](repeating: 0, count: Activations.vector)
        (bias[0], bias[1]) = (0.5, -4)
        bias.withUnsafeBufferPointer { bias in
            DirectConvolution(problem).forward(
                x, weight: [1, 3], scale: [2, -1], epilogue: Epilogue(bias: bias.baseAddress, residual: y, relu: true),
                into: y, Execution(threads: 1))
        }
        let values = y.tensor().values
        #expect(values[0..<2] == [12.5, 16.5])
        #expect(values[3..<5] == [0, 4])
        #expect(values[2].isNaN && values[5].isNaN)
    }
}
