import CCPU

/// Convolutions with a 3×3×3 kernel of stride 1 by Winograd's algorithm: tiles of voxels and the weights are transformed,
/// so that every output of a tile costs 3.4 (F(4,3), 64 outputs) to 8 (F(2,3), 8 outputs) multiplications per pair of
/// channels instead of 27; the products are one matrix product for every frequency of the transform.
///
/// Rounding errors are larger than those of the direct sum, relative to the largest output: about 1e-6 for 64 channels and
/// 4e-6 for 512. An input that is infinite or NaN makes the whole tile NaN.
package struct WinogradConvolution: ConvolutionAlgorithm {
    package let problem: ConvolutionProblem
    /// Outputs of a tile along each axis, or nil: the cheapest.
    private let outputs: SIMD3<Int>?
    /// Floats of transformed weights that are kept at once.
    private let weightsKept: Int

    /// - Precondition: `canDo(problem)`; `outputs`, where given, are 2, 3 or 4.
    package init(_ problem: ConvolutionProblem, outputs: SIMD3<Int>? = nil, weightsKept: Int = 16 << 20) {
        precondition(Self.canDo(problem), "the kernel is 3×3×3, its stride 1, its padding the dilation")
        precondition(outputs.map { all($0 .>= 2) && all($0 .<= 4) } ?? true, "a tile has 2 to 4 outputs per axis")
        self.problem = problem
        self.outputs = outputs
        self.weightsKept = weightsKept
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

/// The way from x to y is that from dy to dx as well, with other weights.
extension WinogradConvolution {
    private struct Weights {
        let base: UnsafePointer<Float>
        let outputs: Int
        let inputs: Int
        /// Floats from one output channel to the next, and from one input channel to the next.
        let outputStride: Int
        let inputStride: Int
        let flipped: Bool
    }

    private struct Work {
        let x: Activations
        let weights: Weights
        let scale: UnsafePointer<Float>?
        let epilogue: Epilogue
        let y: Activations
        let tiling: WinogradTiling
    }

    /// Frequencies lie that much further apart than they must: else all of them fall into the same few sets of a cache.
    static let gap = 16
    /// Input channels that a product sums up at once; the sum of such sums has smaller rounding errors than one of all.
    private static let depth = 128
    /// Floats of the scratch memory of one kernel.
    static let kernelScratch = (216 + 27) * 16

    /// Rows of a product for so many tiles: even, and at least 4.
    static func rows(_ tiles: Int) -> Int { max(4, (tiles + 1) / 2 * 2) }

    /// Output channels that are worked on together: a part of `lanes` of at most 64, narrower where there are more threads
    /// than parts.
    static func part(_ lanes: Int, threads: Int = 1) -> Int {
        let possible = [64, 48, 32, 16].filter { lanes % $0 == 0 }
        return possible.first { lanes / $0 >= threads } ?? 16
    }

    /// Columns of transformed weights that lie side by side: as many as the kernels hold in registers at once, for to skip
    /// others on the way through memory costs time.
    private static func panel(_ part: Int, _ kernels: KernelSet) -> Int {
        kernels.instructions == .avx512 ? part : 16
    }

    private func run(
        _ x: Activations, _ weights: Weights, _ scale: UnsafePointer<Float>?, _ epilogue: Epilogue, _ y: Activations,
        _ execution: Execution
    ) {
        if let residual = epilogue.residual {
            precondition(
                residual.shape == y.shape && residual.channels == y.channels && residual.samples == y.samples,
                "the residual has the output's shape")
        }
        let work = Work(
            x: x, weights: weights, scale: scale, epilogue: epilogue, y: y, tiling: tiling(samples: x.samples))
        if work.tiling.count > max(weights.outputs, 48) {
            byTiles(work, execution)
        } else {
            byChannels(work, execution)
        }
    }

    /// Many tiles: the weights are transformed once, then every worker takes blocks of tiles the whole way; for some of the
    /// output channels after the other where the transformed weights are too many to be kept at once.
    private func byTiles(_ work: Work, _ execution: Execution) {
        let part = Self.part(work.y.lanes)
        let parts = work.y.lanes / part
        let partSize = work.tiling.frequencies * work.weights.inputs * part
        let most = max(1, min(parts, weightsKept / partSize))
        let rounds = (parts + most - 1) / most
        for round in 0..<rounds {
            let (from, to) = (round * parts / rounds * part, (round + 1) * parts / rounds * part)
            byTiles(work, channel: from, outputs: to - from, part, execution)
        }
    }

    private func byTiles(_ work: Work, channel: Int, outputs: Int, _ part: Int, _ execution: Execution) {
        let (tiling, weights, kernels, inputs) = (work.tiling, work.weights, execution.kernels, work.x.lanes)
        let panel = Self.panel(part, kernels)
        // As many blocks of about 16 tiles as keep all threads busy to the end.
        let blocks = (tiling.count / 16 + execution.threads) / execution.threads * execution.threads
        let tiles = (tiling.count + blocks - 1) / blocks
        let rows = Self.rows(tiles)
        let uStride = weights.inputs * outputs + Self.gap
        let (vStride, mStride) = (rows * inputs + Self.gap, rows * outputs + Self.gap)
        let own = tiling.frequencies * (vStride + mStride) + Self.kernelScratch
        let u = execution.scratch(count: tiling.frequencies * uStride + execution.threads * own)
        let ownBase = u + tiling.frequencies * uStride

        let chunk = 16
        let chunks = (weights.inputs + chunk - 1) / chunk
        execution.share(outputs / panel * chunks) { worker, item in
            let (at, first) = (item / chunks * panel, item % chunks * chunk)
            let count = min(chunk, weights.inputs - first)
            transform(
                work, channel + at, panel, first, count, u + (at * weights.inputs + first * panel), uStride, kernels,
                ownBase + worker * own)
        }
        execution.share(blocks) { worker, block in
            let scratch = ownBase + worker * own
            let v = scratch + Self.kernelScratch
            let m = v + tiling.frequencies * vStride
            let range = min(block * tiles, tiling.count)..<min((block + 1) * tiles, tiling.count)
            guard !range.isEmpty else { return }
            for (row, index) in range.enumerated() {
                var (tile, offset) = tiling.input(index, lanes: inputs, frequencyStride: vStride)
                kernels.winogradInput(&tile, work.x.base + offset, v + row * inputs, scratch)
            }
            for f in 0..<tiling.frequencies {
                for first in stride(from: 0, to: weights.inputs, by: Self.depth) {
                    kernels.multiply(
                        Self.rows(range.count), outputs, min(Self.depth, weights.inputs - first), panel,
                        v + (f * vStride + first), inputs, 1, u + (f * uStride + first * panel), panel,
                        weights.inputs * panel, m + f * mStride, outputs, first > 0)
                }
            }
            for (row, index) in range.enumerated() {
                finish(work, index, channel, outputs, m + row * outputs, mStride, kernels, scratch)
            }
        }
    }

    /// Few tiles and many weights: all tiles are transformed once, then every worker takes parts of the output channels the
    /// whole way, so that the transformed weights need never be kept.
    private func byChannels(_ work: Work, _ execution: Execution) {
        let (tiling, weights, kernels, inputs) = (work.tiling, work.weights, execution.kernels, work.x.lanes)
        let part = Self.part(work.y.lanes, threads: execution.threads)
        let panel = Self.panel(part, kernels)
        let rows = Self.rows(tiling.count)
        let chunk = min(weights.inputs, 64)
        let (vStride, uStride, mStride) = (rows * inputs + Self.gap, chunk * part + Self.gap, rows * part + Self.gap)
        let own = tiling.frequencies * (uStride + mStride) + Self.kernelScratch
        let v = execution.scratch(count: tiling.frequencies * vStride + execution.threads * own)
        let ownBase = v + tiling.frequencies * vStride

        execution.share(tiling.count) { worker, index in
            var (tile, offset) = tiling.input(index, lanes: inputs, frequencyStride: vStride)
            kernels.winogradInput(&tile, work.x.base + offset, v + index * inputs, ownBase + worker * own)
        }
        execution.share(work.y.lanes / part) { worker, item in
            let (scratch, channel) = (ownBase + worker * own, item * part)
            let u = scratch + Self.kernelScratch
            let m = u + tiling.frequencies * uStride
            for first in stride(from: 0, to: weights.inputs, by: chunk) {
                let count = min(chunk, weights.inputs - first)
                for at in stride(from: 0, to: part, by: panel) {
                    transform(work, channel + at, panel, first, count, u + at * chunk, uStride, kernels, scratch)
                }
                for f in 0..<tiling.frequencies {
                    kernels.multiply(
                        rows, part, count, panel, v + (f * vStride + first), inputs, 1, u + f * uStride, panel,
                        chunk * panel, m + f * mStride, part, first > 0)
                }
            }
            for index in 0..<tiling.count {
                finish(work, index, channel, part, m + index * part, mStride, kernels, scratch)
            }
        }
    }

    /// Transforms the weights of output channels `output` ..< `output + panel` and input channels
    /// `input` ..< `input + count`.
    private func transform(
        _ work: Work, _ output: Int, _ panel: Int, _ input: Int, _ count: Int, _ u: UnsafeMutablePointer<Float>,
        _ uStride: Int, _ kernels: KernelSet, _ scratch: UnsafeMutablePointer<Float>
    ) {
        let (weights, points) = (work.weights, work.tiling.points)
        kernels.winogradWeight(
            weights.base + (output * weights.outputStride + input * weights.inputStride), weights.outputStride,
            weights.inputStride, weights.flipped, min(panel, weights.outputs - output), count, panel,
            work.scale.map { $0 + output }, points.x, points.y, points.z, u, uStride, scratch)
    }

    /// Writes the outputs of a tile, for `lanes` channels from `channel` on.
    private func finish(
        _ work: Work, _ index: Int, _ channel: Int, _ lanes: Int, _ m: UnsafePointer<Float>, _ mStride: Int,
        _ kernels: KernelSet, _ scratch: UnsafeMutablePointer<Float>
    ) {
        let (y, epilogue) = (work.y, work.epilogue)
        var (tile, offset) = work.tiling.output(index, lanes: lanes, voxelStride: y.lanes, frequencyStride: mStride)
        kernels.winogradOutput(
            &tile, m, y.base + (offset + channel), epilogue.bias.map { $0 + channel },
            epilogue.residual.map { UnsafePointer($0.base + (offset + channel)) }, epilogue.relu, scratch)
    }
}
