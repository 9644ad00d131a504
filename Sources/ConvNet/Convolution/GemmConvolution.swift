/// Any convolution as products of rows of channels with the weights: 1×1×1, strided, dilated, of any kernel.
///
/// A voxel's channels being one row, the products need no gathered columns: the kernel is told by pointers where the rows
/// under each tap lie, and zeros where there is none.
package struct GemmConvolution: ConvolutionAlgorithm {
    package let problem: ConvolutionProblem

    package init(_ problem: ConvolutionProblem) { self.problem = problem }

    package func forward(
        _ x: Activations, weight: UnsafePointer<Float>, scale: [Float]?, epilogue: Epilogue, into y: Activations,
        _ execution: Execution
    ) {
        check(x, y)
        precondition(scale.map { $0.count == problem.outputChannels } ?? true, "one factor per output channel")
        precondition(
            epilogue.residual.map { $0.shape == y.shape && $0.channels == y.channels && $0.samples == y.samples }
                ?? true,
            "the residual has the output's shape")
        let kernels = GemmKernels.of(execution.kernels.instructions)
        let taps = problem.geometry.taps
        let weights = GemmWeights(
            kernels, taps: Array(0..<taps), depth: problem.inputChannels, width: problem.outputChannels)
        let scratch = Scratch(weights, execution)
        weights.pack(
            weight, widthStride: problem.inputChannels * taps, depthStride: taps, scale: scale, into: scratch.packed,
            threads: execution.threads)
        GemmPass(
            kernels: kernels, windows: [(GemmWindow.forward(problem), 0)], weights: weights, packed: scratch.packed,
            source: x, target: y, epilogue: epilogue, zeros: scratch.zeros
        ).run(threads: execution.threads)
    }

    package func inputGradient(
        _ dy: Activations, weight: UnsafePointer<Float>, into dx: Activations, adds: Bool, _ execution: Execution
    ) {
        check(dx, dy)
        let kernels = GemmKernels.of(execution.kernels.instructions)
        let taps = problem.geometry.taps
        var windows: [(window: GemmWindow, firstSlot: Int)] = []
        var slots: [Int] = []
        for window in GemmWindow.inputGradient(problem) where !(adds && window.taps.isEmpty) {
            windows.append((window, slots.count))
            slots += window.taps
        }
        let weights = GemmWeights(kernels, taps: slots, depth: problem.outputChannels, width: problem.inputChannels)
        let scratch = Scratch(weights, execution)
        weights.pack(
            weight, widthStride: taps, depthStride: problem.inputChannels * taps, scale: nil, into: scratch.packed,
            threads: execution.threads)
        GemmPass(
            kernels: kernels, windows: windows, weights: weights, packed: scratch.packed, source: dy, target: dx,
            epilogue: Epilogue(residual: adds ? dx : nil), zeros: scratch.zeros
        ).run(threads: execution.threads)
    }

    package func weightGradient(
        _ x: Activations, _ dy: Activations, into dw: UnsafeMutablePointer<Float>, _ execution: Execution
    ) {
        check(x, dy)
        if problem.geometry.isPointwise {
            return PointwiseWeightGradient(problem, samples: x.samples).run(x, dy, into: dw, execution)
        }
        GemmWeightGradient(problem, GemmKernels.of(execution.kernels.instructions)).run(x, dy, into: dw, execution)
    }

    private func check(_ x: Activations, _ y: Activations) {
        precondition(x.shape == problem.input && x.channels == problem.inputChannels, "the input is the problem's")
        precondition(y.shape == problem.output && y.channels == problem.outputChannels, "the output is the problem's")
        precondition(x.samples == y.samples, "input and output have the same samples")
    }

    /// Room for packed weights, and a source voxel of zeros.
    private struct Scratch {
        let packed: UnsafeMutablePointer<Float>
        let zeros: UnsafePointer<Float>

        init(_ weights: GemmWeights, _ execution: Execution) {
            let all = execution.scratch(count: weights.count + weights.depthLanes)
            packed = all
            let nothing = all + weights.count
            nothing.update(repeating: 0, count: weights.depthLanes)
            zeros = UnsafePointer(nothing)
        }
    }
}
