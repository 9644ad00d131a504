import ConvNet
import Testing

/// The twin that every fast convolution is compared with, against what PyTorch recorded: output and both gradients.
@Suite struct DirectConvolutionTests {
    private struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var stride = SIMD3(repeating: 1)
        var padding = 1
        var dilation = 1
        var testDescription: String { name }
    }

    private static let cases: [Case] = [
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

    @Test(arguments: cases)
    private func forwardAndGradientsMatchPyTorch(_ item: Case) throws {
        let recorded = try Fixtures.tensors("ops/conv3d_\(item.name).safetensors")
        func tensor(_ name: String) throws -> Tensor { try #require(recorded[name]) }
        let weight = try tensor("in.weight")
        let x = Activations(try tensor("in.x"))
        let geometry = ConvolutionGeometry(
            kernel: SIMD3(weight.shape[2], weight.shape[3], weight.shape[4]), stride: item.stride,
            padding: SIMD3(repeating: item.padding), dilation: SIMD3(repeating: item.dilation))
        let problem = ConvolutionProblem(
            inputChannels: weight.shape[1], outputChannels: weight.shape[0], geometry: geometry, input: x.shape)
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
                == Self.cases.map { Substring($0.name) }.sorted())
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
