/// What every part of a pass through the network works with: threads, memory, and a way to compute each convolution.
final class TrainingWorkspace {
    let execution: Execution
    let pool = ActivationPool()
    /// Told of every convolution and every pass of a batch norm.
    var profile: LayerProfile?
    /// Statistics of this batch that the running ones take in once the step is known to be sound.
    var newStatistics: [(unit: TrainingUnit, statistics: ChannelStatistics)] = []
    private let choose: (ConvolutionProblem) -> any ConvolutionAlgorithm
    private var chosen: [ConvolutionProblem: any ConvolutionAlgorithm] = [:]

    /// What is computed of a layer; its name in a profile is appended to the layer's.
    enum Direction: String {
        case forward = ""
        case inputGradient = ".input_gradient"
        case weightGradient = ".weight_gradient"
        case backward = ".backward"
    }

    init(_ execution: Execution, choose: @escaping (ConvolutionProblem) -> any ConvolutionAlgorithm) {
        self.execution = execution
        self.choose = choose
    }

    /// Does the work, and tells the profile if there is one; `problem` where it is a convolution.
    func measure<Result>(
        _ name: String, _ direction: Direction, _ problem: ConvolutionProblem? = nil, _ work: () -> Result
    ) -> Result {
        guard let profile else { return work() }
        return profile.measure(name + direction.rawValue, operations: problem?.operations ?? 0, work)
    }

    /// Memory for the output of a convolution.
    func output(of plan: ConvolutionPlan, _ x: Activations) -> Activations {
        pool.take(
            samples: x.samples, channels: plan.outputChannels, shape: plan.geometry.outputShape(of: x.shape))
    }

    /// z = w ∗ x, in memory of its own.
    func convolve(_ unit: TrainingUnit, _ x: Activations) -> Activations {
        let z = output(of: unit.plan, x)
        let algorithm = algorithm(unit.plan, input: x.shape)
        measure(unit.plan.name, .forward, algorithm.problem) {
            algorithm.forward(x, weight: unit.weight, scale: nil, epilogue: Epilogue(), into: z, execution)
        }
        return z
    }

    /// norm(w ∗ x) with the norm's running statistics, plus a residual, through a ReLU, in one go.
    func convolveFixed(
        _ unit: TrainingUnit, _ x: Activations, adding residual: Activations? = nil, relu: Bool
    ) -> Activations {
        let y = output(of: unit.plan, x)
        let (scale, bias) = unit.foldedNorm()
        let algorithm = algorithm(unit.plan, input: x.shape)
        measure(unit.plan.name, .forward, algorithm.problem) {
            bias.withPointer { bias in
                algorithm.forward(
                    x, weight: unit.weight, scale: scale,
                    epilogue: Epilogue(bias: bias, residual: residual, relu: relu), into: y, execution)
            }
        }
        return y
    }

    /// dx = wᵀ ∗ dz, added to what is there where `adds`.
    func inputGradient(_ unit: TrainingUnit, _ dz: Activations, into dx: Activations, adds: Bool) {
        let algorithm = algorithm(unit.plan, input: dx.shape)
        measure(unit.plan.name, .inputGradient, algorithm.problem) {
            algorithm.inputGradient(dz, weight: unit.weight, into: dx, adds: adds, execution)
        }
    }

    /// The gradient of the unit's weight, where it is trained.
    func weightGradient(_ unit: TrainingUnit, _ x: Activations, _ dz: Activations) {
        guard let dw = unit.weightGradient else { return }
        let algorithm = algorithm(unit.plan, input: x.shape)
        measure(unit.plan.name, .weightGradient, algorithm.problem) {
            algorithm.weightGradient(x, dz, into: dw, execution)
        }
    }

    private func algorithm(_ plan: ConvolutionPlan, input: SIMD3<Int>) -> any ConvolutionAlgorithm {
        let problem = plan.problem(input: input)
        if let known = chosen[problem] { return known }
        let algorithm = choose(problem)
        chosen[problem] = algorithm
        return algorithm
    }
}
