/// What every part of a pass through the network works with: threads, memory, and a way to compute each convolution.
final class TrainingWorkspace {
    let execution: Execution
    let pool = ActivationPool()
    private let choose: (ConvolutionProblem) -> any ConvolutionAlgorithm
    private var chosen: [ConvolutionProblem: any ConvolutionAlgorithm] = [:]

    init(_ execution: Execution, choose: @escaping (ConvolutionProblem) -> any ConvolutionAlgorithm) {
        self.execution = execution
        self.choose = choose
    }

    func algorithm(_ plan: ConvolutionPlan, input: SIMD3<Int>) -> any ConvolutionAlgorithm {
        let problem = plan.problem(input: input)
        if let known = chosen[problem] { return known }
        let algorithm = choose(problem)
        chosen[problem] = algorithm
        return algorithm
    }

    /// Memory for the output of a convolution.
    func output(of plan: ConvolutionPlan, _ x: Activations) -> Activations {
        pool.take(
            samples: x.samples, channels: plan.outputChannels, shape: plan.geometry.outputShape(of: x.shape))
    }

    /// z = w ∗ x, in memory of its own.
    func convolve(_ unit: TrainingUnit, _ x: Activations) -> Activations {
        let z = output(of: unit.plan, x)
        algorithm(unit.plan, input: x.shape).forward(
            x, weight: unit.weight, scale: nil, epilogue: Epilogue(), into: z, execution)
        return z
    }

    /// norm(w ∗ x) with the norm's running statistics, plus a residual, through a ReLU, in one go.
    func convolveFixed(
        _ unit: TrainingUnit, _ x: Activations, adding residual: Activations? = nil, relu: Bool
    ) -> Activations {
        let y = output(of: unit.plan, x)
        let (scale, bias) = unit.foldedNorm()
        bias.withPointer { bias in
            algorithm(unit.plan, input: x.shape).forward(
                x, weight: unit.weight, scale: scale,
                epilogue: Epilogue(bias: bias, residual: residual, relu: relu), into: y, execution)
        }
        return y
    }
}
