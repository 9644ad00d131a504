import COpenBLAS

/// The gradient of a 1×1×1 convolution's weight: one product of matrices, dyᵀ · x over all voxels, by OpenBLAS.
///
/// The voxels are cut into slices whose sums are added in order. The cut depends on the shape alone, so the result is the
/// same for any number of threads.
struct PointwiseWeightGradient {
    private let problem: ConvolutionProblem
    /// Slices of the voxels, and output channels of one piece of work.
    private let slices: Int
    private let chunk: Int
    private let voxels: Int

    private static let mostSlices = 16
    /// A slice of fewer voxels is not worth its own sums.
    private static let fewestVoxels = 2048
    /// Floats of the sums of all slices, 16 MB.
    private static let mostSums = 4 << 20
    /// Output channels of one piece of work, and as many pieces as there may be threads for, where that leaves so many.
    private static let fewestChannels = 64
    private static let mostChannels = 256
    private static let fewestPieces = 16

    /// - Parameter samples: of the activations that `run` gets.
    init(_ problem: ConvolutionProblem, samples: Int) {
        precondition(problem.geometry.isPointwise, "the kernel is one voxel that visits every voxel")
        self.problem = problem
        voxels = samples * problem.output.x * problem.output.y * problem.output.z
        slices = max(
            1, min(Self.mostSlices, voxels / Self.fewestVoxels, Self.mostSums / problem.weightCount))
        let share = problem.outputChannels * slices / Self.fewestPieces
        chunk = min(max(Self.fewestChannels, share), Self.mostChannels)
    }

    func run(_ x: Activations, _ dy: Activations, into dw: UnsafeMutablePointer<Float>, _ execution: Execution) {
        let sums = slices == 1 ? dw : execution.scratch(count: slices * problem.weightCount)
        let chunks = (problem.outputChannels + chunk - 1) / chunk
        Workers.run(threads: execution.threads, items: slices * chunks) { items in
            while let item = items.next() {
                let (slice, part) = item.quotientAndRemainder(dividingBy: chunks)
                let channels = (part * chunk)..<min((part + 1) * chunk, problem.outputChannels)
                multiply(x, dy, slice, channels, into: sums + slice * problem.weightCount)
            }
        }
        guard slices > 1 else { return }
        Workers.run(threads: execution.threads, items: problem.outputChannels) { items in
            while let channel = items.next() { add(sums, channel, into: dw) }
        }
    }

    /// One piece of work: (channels, inputChannels) of one slice.
    private func multiply(
        _ x: Activations, _ dy: Activations, _ slice: Int, _ channels: Range<Int>,
        into sums: UnsafeMutablePointer<Float>
    ) {
        let begin = voxels * slice / slices
        let end = voxels * (slice + 1) / slices
        cblas_sgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, blasint(channels.count), blasint(problem.inputChannels),
            blasint(end - begin), 1, dy.base + (begin * dy.lanes + channels.lowerBound), blasint(dy.lanes),
            x.base + begin * x.lanes, blasint(x.lanes), 0, sums + channels.lowerBound * problem.inputChannels,
            blasint(problem.inputChannels))
    }

    /// Sums of all slices for one output channel, in their order.
    private func add(_ sums: UnsafePointer<Float>, _ channel: Int, into dw: UnsafeMutablePointer<Float>) {
        let row = channel * problem.inputChannels
        for place in row..<(row + problem.inputChannels) {
            var value = sums[place]
            for slice in 1..<slices { value += sums[slice * problem.weightCount + place] }
            dw[place] = value
        }
    }
}
