import CCPU

/// The way from x to y is that from dy to dx as well, with other weights.
extension WinogradConvolution {
    struct Weights {
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
    /// Channels of transformed tiles that lie side by side, tile after tile: as many as are multiplied at once, so that the
    /// product reads one run of memory.
    static let chunk = 64
    /// Tiles that are transformed before any is multiplied, where the weights are many.
    static let mostTiles = 64
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

    func run(
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
        let kept = work.tiling.frequencies * weights.inputs * y.lanes
        if work.tiling.count > 48 && kept <= mostKept {
            byTiles(work, execution)
        } else {
            byChannels(work, execution)
        }
    }

    /// Many tiles and few weights: the weights are transformed once, then every worker takes blocks of tiles the whole way.
    private func byTiles(_ work: Work, _ execution: Execution) {
        let (tiling, weights, kernels) = (work.tiling, work.weights, execution.kernels)
        let (inputs, outputs) = (work.x.lanes, work.y.lanes)
        let panel = Self.panel(Self.part(outputs), kernels)
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
                work, at, panel, first, count, u + (at * weights.inputs + first * panel), uStride, kernels,
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
                finish(work, index, 0, outputs, m + row * outputs, mStride, kernels, scratch)
            }
        }
    }

    /// Few tiles or many weights: tiles are transformed, as many as stay near to the processor, then every worker takes parts
    /// of the output channels the whole way, so that the transformed weights need never be kept.
    private func byChannels(_ work: Work, _ execution: Execution) {
        let (tiling, weights, kernels, inputs) = (work.tiling, work.weights, execution.kernels, work.x.lanes)
        let part = Self.part(work.y.lanes, threads: execution.threads)
        let panel = Self.panel(part, kernels)
        let groups = (tiling.count + Self.mostTiles - 1) / Self.mostTiles
        let tiles = (tiling.count + groups - 1) / groups
        let rows = Self.rows(tiles)
        let chunk = Self.chunk
        let (vStride, uStride, mStride) = (rows * inputs + Self.gap, chunk * part + Self.gap, rows * part + Self.gap)
        let own = tiling.frequencies * (uStride + mStride) + Self.kernelScratch
        let v = execution.scratch(count: tiling.frequencies * vStride + execution.threads * own)
        let ownBase = v + tiling.frequencies * vStride

        for start in stride(from: 0, to: tiling.count, by: tiles) {
            let group = min(tiles, tiling.count - start)
            execution.share(group) { worker, row in
                Self.transform(
                    tiling.input(start + row, lanes: inputs, frequencyStride: vStride), work.x, row, rows, v,
                    kernels.winogradInput, ownBase + worker * own)
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
                            Self.rows(group), part, count, panel, v + (f * vStride + first * rows),
                            min(chunk, inputs - first), 1,
                            u + f * uStride, panel, chunk * panel, m + f * mStride, part, first > 0)
                    }
                }
                for row in 0..<group {
                    finish(work, start + row, channel, part, m + row * part, mStride, kernels, scratch)
                }
            }
        }
    }

    /// Transforms all channels of a tile, chunk by chunk: row `row` of `rows`.
    static func transform(
        _ place: (tile: Tile, offset: Int), _ from: Activations, _ row: Int, _ rows: Int,
        _ to: UnsafeMutablePointer<Float>,
        _ kernel: (UnsafePointer<Tile>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>)
            -> Void, _ scratch: UnsafeMutablePointer<Float>
    ) {
        var tile = place.tile
        for first in stride(from: 0, to: from.lanes, by: chunk) {
            let width = min(chunk, from.lanes - first)
            tile.lanes = width
            kernel(&tile, from.base + (place.offset + first), to + (first * rows + row * width), scratch)
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
