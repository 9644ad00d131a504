/// Convolutions with a 3×3×3 kernel of stride 1 by Winograd's algorithm: tiles of voxels and the weights are transformed,
/// so that every output of a tile costs 3.4 (F(4,3), 64 outputs) to 8 (F(2,3), 8 outputs) multiplications per pair of
/// channels instead of 27; the products are one matrix product for every frequency of the transform.
///
/// Rounding errors are larger than those of the direct sum: up to 4 millionths of the largest output with 4 outputs per axis,
/// up to 1 with 2. An input that is infinite or NaN makes the whole tile NaN.
package struct WinogradConvolution: ConvolutionAlgorithm {
    package let problem: ConvolutionProblem
    /// Outputs of a tile along each axis, or nil: the cheapest.
    private let outputs: SIMD3<Int>?
    /// Floats of transformed weights up to which all are kept at once; of transformed tiles twice as many.
    let mostKept: Int

    /// - Precondition: `canDo(problem)`; `outputs`, where given, are 2, 3 or 4.
    package init(_ problem: ConvolutionProblem, outputs: SIMD3<Int>? = nil, mostKept: Int = 4 << 20) {
        precondition(Self.canDo(problem), "the kernel is 3×3×3, its stride 1, its padding the dilation")
        precondition(outputs.map { all($0 .>= 2) && all($0 .<= 4) } ?? true, "a tile has 2 to 4 outputs per axis")
        self.problem = problem
        self.outputs = outputs
        self.mostKept = mostKept
    }

    /// Whether the algorithm fits: a 3×3×3 kernel of stride 1, with as much padding as dilation.
    package static func canDo(_ problem: ConvolutionProblem) -> Bool {
        let geometry = problem.geometry
        return geometry.kernel == SIMD3(repeating: 3) && geometry.stride == SIMD3(repeating: 1)
            && geometry.padding == geometry.dilation
    }

    /// Whether it fits and takes less work than the direct sum does as a matrix product, for one sample.
    package static func isWorthwhile(_ problem: ConvolutionProblem) -> Bool {
        guard canDo(problem) else { return false }
        let vectors = Double(Activations.lanes(of: problem.outputChannels) / 16)
        let taps = Double(problem.geometry.taps * problem.input.x * problem.input.y * problem.input.z)
        let inputs = Double(problem.inputChannels)
        // Products at 0.9 of the peak, and the copy of the input for every tap, written once and read once.
        let direct = taps * inputs * vectors / 0.9 + taps * inputs / 16 * 3
        return WinogradTiling.best(problem, samples: 1).cost(problem) < direct
    }

    package func forward(
        _ x: Activations, weight: UnsafePointer<Float>, scale: [Float]?, epilogue: Epilogue, into y: Activations,
        _ execution: Execution
    ) {
        check(x, y)
        precondition(scale.map { $0.count == problem.outputChannels } ?? true, "one factor per output channel")
        let weights = Weights(
            base: weight, outputs: problem.outputChannels, inputs: problem.inputChannels,
            outputStride: problem.inputChannels * 27, inputStride: 27, flipped: false)
        if let scale {
            scale.withUnsafeBufferPointer { run(x, weights, $0.baseAddress, epilogue, y, execution) }
        } else {
            run(x, weights, nil, epilogue, y, execution)
        }
    }

    package func inputGradient(
        _ dy: Activations, weight: UnsafePointer<Float>, into dx: Activations, adds: Bool, _ execution: Execution
    ) {
        check(dx, dy)
        let weights = Weights(
            base: weight, outputs: problem.inputChannels, inputs: problem.outputChannels, outputStride: 27,
            inputStride: problem.inputChannels * 27, flipped: true)
        run(dy, weights, nil, Epilogue(residual: adds ? dx : nil), dx, execution)
    }

    func check(_ x: Activations, _ y: Activations) {
        precondition(x.shape == problem.input && x.channels == problem.inputChannels, "the input is the problem's")
        precondition(y.shape == problem.output && y.channels == problem.outputChannels, "the output is the problem's")
        precondition(x.samples == y.samples, "input and output have the same samples")
    }

    func tiling(samples: Int) -> WinogradTiling {
        outputs.map { WinogradTiling(problem, samples: samples, outputs: $0) }
            ?? WinogradTiling.best(problem, samples: samples)
    }
}
