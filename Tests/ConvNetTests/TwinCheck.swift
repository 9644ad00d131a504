import ConvNet
import Testing

/// Compares an algorithm with `DirectConvolution`, forward and backward, on noise.
struct TwinCheck {
    let problem: ConvolutionProblem
    let samples: Int
    let x: Activations
    let dy: Activations
    let weight: [Float]

    init(_ problem: ConvolutionProblem, samples: Int = 1, seed: UInt64) {
        self.problem = problem
        self.samples = samples
        let (i, o) = (problem.input, problem.output)
        x = Activations(noise([samples, problem.inputChannels, i.x, i.y, i.z], seed: seed))
        dy = Activations(noise([samples, problem.outputChannels, o.x, o.y, o.z], seed: seed + 1))
        weight = noise([problem.weightCount], seed: seed + 2).values
    }

    func forward(
        _ algorithm: any ConvolutionAlgorithm, _ execution: Execution, scale: [Float]? = nil,
        epilogue: Epilogue = Epilogue()
    ) -> Activations {
        let y = Activations(samples: samples, channels: problem.outputChannels, shape: problem.output)
        for index in 0..<y.count { y.base[index] = .nan }
        algorithm.forward(x, weight: weight, scale: scale, epilogue: epilogue, into: y, execution)
        return y
    }

    func inputGradient(
        _ algorithm: any ConvolutionAlgorithm, _ execution: Execution, addsTo before: Activations? = nil
    ) -> Activations {
        let dx = Activations(samples: samples, channels: problem.inputChannels, shape: problem.input)
        for index in 0..<dx.count { dx.base[index] = before?.base[index] ?? .nan }
        algorithm.inputGradient(dy, weight: weight, into: dx, adds: before != nil, execution)
        return dx
    }

    func weightGradient(_ algorithm: any ConvolutionAlgorithm, _ execution: Execution) -> Tensor {
        let kernel = problem.geometry.kernel
        var dw = Tensor(
            shape: [problem.outputChannels, problem.inputChannels, kernel.x, kernel.y, kernel.z], filledWith: .nan)
        dw.values.withUnsafeMutableBufferPointer {
            algorithm.weightGradient(x, dy, into: $0.baseAddress!, execution)
        }
        return dw
    }

    /// Every direction, plain and with everything that can be added on the way.
    func expectAgreement(
        of algorithm: any ConvolutionAlgorithm, _ execution: Execution, tolerance: Float = 1e-5, _ label: String = "",
        at location: SourceLocation = #_sourceLocation
    ) {
        let direct = DirectConvolution(problem)
        func expectSame(_ got: Activations, _ expected: Activations, _ what: String) {
            #expect(got.fillIsZero, "\(what) \(label)", sourceLocation: location)
            expectClose(got.tensor(), expected.tensor(), tolerance, "\(what) \(label)", at: location)
        }
        expectSame(forward(algorithm, execution), forward(direct, execution), "forward")
        let scale = noise([problem.outputChannels], seed: 91).values
        let bias = noise([problem.outputChannels], seed: 92).values
        let filled = bias + [Float](repeating: 0, count: Activations.lanes(of: bias.count) - bias.count)
        let o = problem.output
        let residual = Activations(noise([samples, problem.outputChannels, o.x, o.y, o.z], seed: 93))
        filled.withUnsafeBufferPointer { bias in
            let epilogue = Epilogue(bias: bias.baseAddress!, residual: residual, relu: true)
            let expected = forward(direct, execution, scale: scale, epilogue: epilogue)
            expectSame(forward(algorithm, execution, scale: scale, epilogue: epilogue), expected, "finished")
            // The residual's own memory as the output.
            algorithm.forward(x, weight: weight, scale: scale, epilogue: epilogue, into: residual, execution)
            expectSame(residual, expected, "in place")
        }
        expectSame(inputGradient(algorithm, execution), inputGradient(direct, execution), "input gradient")
        expectSame(
            inputGradient(algorithm, execution, addsTo: x), inputGradient(direct, execution, addsTo: x),
            "added input gradient")
        expectClose(
            weightGradient(algorithm, execution), weightGradient(direct, execution), tolerance,
            "weight gradient \(label)", at: location)
    }
}

extension Activations {
    /// True where the lanes beyond the channels are zero.
    var fillIsZero: Bool {
        (0..<(samples * voxels)).allSatisfy { row in
            (channels..<lanes).allSatisfy { base[row * lanes + $0] == 0 }
        }
    }

    /// Every value bit by bit.
    var bits: [UInt32] { (0..<count).map { base[$0].bitPattern } }
}

extension KernelSet.Instructions {
    /// What this processor can run.
    static var supported: [Self] { KernelSet.supported.map(\.instructions) }

    func execution(threads: Int) throws -> Execution {
        Execution(threads: threads, kernels: try KernelSet.named(rawValue))
    }
}
