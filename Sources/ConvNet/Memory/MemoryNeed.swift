/// How much memory a network takes for an input, beside the process itself: known before anything is computed.
package struct MemoryNeed: Sendable, Hashable {
    /// What it is for, as in "A forward pass of a ResNet-18".
    package let work: String
    /// Parameters with what an optimiser keeps of them.
    package let weightBytes: Int
    /// Input and activations, gradients among them.
    package let activationBytes: Int
    /// What the largest layer takes while it runs.
    package let scratchBytes: Int

    package var bytes: Int { weightBytes + activationBytes + scratchBytes }

    private static let float = MemoryLayout<Float>.stride

    /// - Parameters:
    ///   - input: voxels along axes 0, 1 and 2
    ///   - batch: samples of a training step
    ///   - memory: what a training step keeps
    /// - Throws: `NETWORK_UNSUPPORTED`; `NETWORK_INPUT_INVALID` for an input that no network takes.
    package init(
        _ task: BenchmarkTask, _ architecture: Architecture, input: SIMD3<Int>, batch: Int = 1,
        memory: TrainingNetwork.Memory = .convolutionOutputs, threads: Int
    ) throws(ConvNetError) {
        precondition(batch > 0 && threads > 0, "at least one sample and one thread")
        let forward = try InferencePlan.activationBytes(architecture, input: input)
        let parameters = architecture.parameterShapes.reduce(0) { $0 + $1.shape.reduce(1, *) } * Self.float
        let sizes = LayerSizes(architecture, input: input, threads: threads)
        let volume = input.x * input.y * input.z * Self.float
        // The gradient of a convolution's weights is summed in each thread's own memory.
        scratchBytes = (task == .train ? 1 + threads : 1) * sizes.scratch * Self.float
        switch task {
        case .forward, .gradcam:
            work = "A forward pass of a ResNet-\(architecture.depth)"
            weightBytes = parameters
            activationBytes = forward + 2 * volume
        case .train:
            work = "A training step of a ResNet-\(architecture.depth)"
            // Parameters, where they came from, their gradients, and Adam's two means.
            weightBytes = 5 * parameters
            let kept =
                switch memory {
                case .convolutionOutputs: sizes.stem + sizes.convolutions + sizes.blocks
                case .blockInputs: sizes.stem + sizes.blocks + sizes.largestBlock
                }
            // On the way back, gradients of a block's input and output, and a convolution's input made again.
            activationBytes = batch * ((kept + 3 * sizes.largest) * Self.float + 2 * volume)
        }
    }
}

/// Floats of what the layers of a network put out for one sample.
private struct LayerSizes {
    /// The first convolution's output, and twice what is left of it behind the max-pool.
    private(set) var stem = 0
    /// Outputs of all convolutions of the blocks.
    private(set) var convolutions = 0
    /// Outputs of all blocks.
    private(set) var blocks = 0
    /// The most that the convolutions of one block put out.
    private(set) var largestBlock = 0
    /// The largest output of a convolution behind the stem.
    private(set) var largest = 0
    /// The most that one layer takes while it runs: transformed weights, and tiles or rows of each thread.
    private(set) var scratch = 0

    init(_ architecture: Architecture, input: SIMD3<Int>, threads: Int) {
        func count(_ channels: Int, _ shape: SIMD3<Int>) -> Int {
            Activations.count(samples: 1, channels: channels, shape: shape)
        }
        var shape = architecture.stageShape(.maxpool, input: input)
        let pooled = count(architecture.width, shape)
        let first = architecture.stem
        let plane = first.geometry.outputShape(of: input)
        stem = count(first.outputChannels, plane) + 3 * pooled
        scratch = threads * Self.stemPlanes(plane, lanes: Activations.lanes(of: first.outputChannels))
        blocks = pooled
        largest = pooled
        for block in architecture.blocks {
            var inside = 0
            var from = shape
            for convolution in block.convolutions {
                scratch = max(scratch, Self.scratch(convolution.problem(input: from), threads: threads))
                from = convolution.geometry.outputShape(of: from)
                inside += count(convolution.outputChannels, from)
                largest = max(largest, count(convolution.outputChannels, from))
            }
            shape = block.output(of: shape)
            if case .projection = block.shortcut { inside += count(block.outputChannels, shape) }
            convolutions += inside
            largestBlock = max(largestBlock, inside)
            blocks += count(block.outputChannels, shape)
        }
    }

    /// Floats that one convolution works in, roughly.
    private static func scratch(_ problem: ConvolutionProblem, threads: Int) -> Int {
        let (inputs, outputs) = (
            Activations.lanes(of: problem.inputChannels), Activations.lanes(of: problem.outputChannels)
        )
        let packed = inputs * outputs * problem.geometry.taps
        guard WinogradConvolution.isWorthwhile(problem) else { return packed + threads * rowBlock }
        let tiling = WinogradTiling.best(problem, samples: 1)
        // Either all weights are transformed, and a few tiles of each thread, or all tiles and some weights of each.
        let byTiles = inputs * outputs + threads * 2 * tilesAtOnce * (inputs + outputs)
        let byChannels = tiling.count * inputs + threads * panel * (panel + tiling.count)
        return tiling.frequencies * (tiling.count > max(outputs, tilesAtOnce) ? byTiles : byChannels)
    }

    /// Floats of the planes that one thread holds in the stem: 49 frequencies of seven planes, and a plane before its pool.
    private static func stemPlanes(_ output: SIMD3<Int>, lanes: Int) -> Int {
        let tiles = ((output.y + 3) / 4) * ((output.z + 3) / 4)
        return 49 * 7 * 4 * (tiles + 10) + output.y * output.z * lanes + 49 * tilesAtOnce * panel
    }

    private static let tilesAtOnce = 24
    /// Channels that are worked on together.
    private static let panel = 64
    /// Floats of a thread's rows in any other convolution.
    private static let rowBlock = 1 << 16
}
