/// A network's forward pass for one input shape: what is computed in which order, by which algorithm, in which memory.
///
/// Made once for an architecture, an input shape and a number of threads, and run for any number of inputs and of networks
/// of that architecture, without asking for memory again. Batch norm, bias, the shortcut's sum and ReLU are part of the
/// convolution before them, the max-pool is part of the stem. All activations lie in one stretch of memory, in which a
/// block's output takes the place of its shortcut. Not to be run by two threads at once.
package final class InferencePlan {
    package let architecture: Architecture
    /// Voxels of the input along axes 0, 1 and 2.
    package let input: SIMD3<Int>
    let execution: Execution
    package var threads: Int { execution.threads }
    package var kernels: KernelSet { execution.kernels }
    let steps: [InferenceStep]
    /// Where the last step leaves its output.
    let features: Activations

    /// No input has more voxels, so that no size of a layer overflows.
    package static let voxelLimit = 1 << 31

    /// - Parameters:
    ///   - input: voxels along axes 0, 1 and 2.
    ///   - threads: how many may work at once.
    ///   - choose: picks the algorithm of each convolution behind the stem.
    /// - Throws: `NETWORK_UNSUPPORTED`; `NETWORK_INPUT_INVALID` for less than one thread, an axis under one, or more voxels
    ///   than `voxelLimit`.
    package init(
        _ architecture: Architecture, input: SIMD3<Int>, threads: Int, kernels: KernelSet = .standard,
        choose: (ConvolutionProblem) -> any ConvolutionAlgorithm = ConvolutionChoice.algorithm
    ) throws(ConvNetError) {
        try architecture.validate()
        try Self.check(input)
        guard threads > 0 else {
            throw ConvNetError(
                .badInput, "A network needs at least one thread; correct the setting.", subject: "threads")
        }
        self.architecture = architecture
        self.input = input
        execution = Execution(threads: threads, kernels: kernels)
        // First where everything lies, then the memory, then the views of it.
        let layout = InferenceLayout(architecture, input: input)
        let memory = AlignedMemory(count: layout.count)
        var algorithms: [ConvolutionProblem: any ConvolutionAlgorithm] = [:]
        func algorithm(_ problem: ConvolutionProblem) -> any ConvolutionAlgorithm {
            if let known = algorithms[problem] { return known }
            let chosen = choose(problem)
            algorithms[problem] = chosen
            return chosen
        }
        steps = layout.steps.map { step in
            switch step {
            case .stem(let plan, let to):
                InferenceStep(
                    name: plan.name, operations: plan.problem(input: input).operations,
                    work: .stem(
                        Stem(
                            outputChannels: plan.outputChannels, firstStride: plan.geometry.stride.x, input: input),
                        to: to.view(of: memory)))
            case .convolution(let index, let plan, let from, let adds, let relu, let to):
                InferenceStep(
                    name: plan.name, operations: plan.problem(input: from.shape).operations,
                    work: .convolution(
                        index, algorithm(plan.problem(input: from.shape)), from: from.view(of: memory), adds: adds,
                        relu: relu, to: to.view(of: memory)))
            case .zeroPad(let block, let stride, let from, let to):
                InferenceStep(
                    name: block + ".downsample", operations: 0,
                    work: .zeroPad(stride: stride, from: from.view(of: memory), to: to.view(of: memory)))
            case .output(let stage, let at):
                InferenceStep(name: stage.rawValue, operations: 0, work: .output(stage, at.view(of: memory)))
            }
        }
        features = layout.features.view(of: memory)
    }

    /// Bytes of all activations of a plan for this shape, without the scratch memory of its layers.
    package static func activationBytes(_ architecture: Architecture, input: SIMD3<Int>) throws(ConvNetError) -> Int {
        try architecture.validate()
        try check(input)
        return InferenceLayout(architecture, input: input).count * MemoryLayout<Float>.stride
    }

    private static func check(_ input: SIMD3<Int>) throws(ConvNetError) {
        var voxels = 1
        for axis in 0..<3 {
            let (product, overflow) = voxels.multipliedReportingOverflow(by: max(0, input[axis]))
            guard input[axis] > 0, !overflow, product <= voxelLimit else {
                throw ConvNetError(
                    .badInput,
                    "A network's input has at least one voxel along each axis and at most \(voxelLimit) in all, "
                        + "not \(input.x)×\(input.y)×\(input.z). Prepare the scan as the model says.",
                    subject: "input")
            }
            voxels = product
        }
    }
}
