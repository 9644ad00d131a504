import CCPU

/// dw = Gᵀ Σ ((A dy) ⊙ (Bᵀ x)): for every frequency one matrix product over the tiles, transformed back once.
extension WinogradConvolution {
    /// Floats of the gradient's transform up to which every worker may sum up one of its own.
    private static let mostOwn = 1 << 20
    /// Floats of transformed tiles that are kept at once.
    private static let mostTiles = 24 << 20

    package func weightGradient(
        _ x: Activations, _ dy: Activations, into dw: UnsafeMutablePointer<Float>, _ execution: Execution
    ) {
        check(x, dy)
        let tiling = tiling(samples: x.samples)
        if tiling.count > 48 && tiling.frequencies * x.lanes * dy.lanes <= Self.mostOwn {
            byTiles(x, dy, dw, tiling, execution)
        } else {
            byChannels(x, dy, dw, tiling, execution)
        }
    }

    /// Many tiles: every worker sums up the gradient's transform over tiles of its own.
    private func byTiles(
        _ x: Activations, _ dy: Activations, _ dw: UnsafeMutablePointer<Float>, _ tiling: WinogradTiling,
        _ execution: Execution
    ) {
        let (kernels, frequencies, points) = (execution.kernels, tiling.frequencies, tiling.points)
        let tiles = 32
        let panel = Self.part(dy.lanes)
        let (vStride, zStride) = (tiles * x.lanes + Self.gap, tiles * dy.lanes + Self.gap)
        let uStride = x.lanes * dy.lanes + Self.gap
        let own = frequencies * (vStride + zStride + uStride) + Self.kernelScratch
        let base = execution.scratch(count: execution.threads * own)
        // The parts depend on the number of threads alone, and so do the sums.
        let parts = min(execution.threads, (tiling.count + tiles - 1) / tiles)
        func sums(_ part: Int) -> UnsafeMutablePointer<Float> { base + part * own + Self.kernelScratch }

        execution.share(parts) { _, part in
            let (scratch, u) = (base + part * own, sums(part))
            let v = u + frequencies * uStride
            let z = v + frequencies * vStride
            let end = (part + 1) * tiling.count / parts
            var first = part * tiling.count / parts
            var adds = false
            while first < end {
                let count = min(tiles, end - first)
                for row in 0..<count {
                    transform(
                        x, dy, first + row, tiling, v + row * x.lanes, vStride, z + row * dy.lanes, zStride, kernels,
                        scratch)
                }
                for f in 0..<frequencies {
                    kernels.multiply(
                        x.lanes, dy.lanes, count, panel, v + f * vStride, 1, x.lanes, z + f * zStride, dy.lanes, panel,
                        u + f * uStride, dy.lanes, adds)
                }
                first += count
                adds = true
            }
        }
        let chunk = 8
        execution.share((problem.inputChannels + chunk - 1) / chunk) { worker, item in
            let first = item * chunk
            let count = min(chunk, problem.inputChannels - first)
            for part in 0..<parts {
                kernels.winogradWeightGradient(
                    sums(part) + first * dy.lanes, uStride, dy.lanes, points.x, points.y, points.z, count,
                    problem.outputChannels, dw + first * 27, problem.inputChannels * 27, part > 0, base + worker * own)
            }
        }
    }

    /// Few tiles and many weights: all tiles are transformed, as many as fit into memory at once, then every worker takes
    /// some of the channels the whole way, so that the gradient's transform need never be kept.
    private func byChannels(
        _ x: Activations, _ dy: Activations, _ dw: UnsafeMutablePointer<Float>, _ tiling: WinogradTiling,
        _ execution: Execution
    ) {
        let (kernels, frequencies, points) = (execution.kernels, tiling.frequencies, tiling.points)
        let most = max(48, Self.mostTiles / (frequencies * (x.lanes + dy.lanes)))
        let tiles = min(most, tiling.count)
        let (rowPanel, panel) = (Self.part(x.lanes), Self.part(dy.lanes))
        let (vStride, zStride) = (tiles * x.lanes + Self.gap, tiles * dy.lanes + Self.gap)
        let uStride = rowPanel * panel + Self.gap
        let own = frequencies * uStride + Self.kernelScratch
        let v = execution.scratch(count: frequencies * (vStride + zStride) + execution.threads * own)
        let z = v + frequencies * vStride
        let ownBase = z + frequencies * zStride

        for start in stride(from: 0, to: tiling.count, by: tiles) {
            let count = min(tiles, tiling.count - start)
            execution.share(count) { worker, row in
                transform(
                    x, dy, start + row, tiling, v + row * x.lanes, vStride, z + row * dy.lanes, zStride, kernels,
                    ownBase + worker * own)
            }
            let parts = dy.lanes / panel
            execution.share(x.lanes / rowPanel * parts) { worker, item in
                let scratch = ownBase + worker * own
                let u = scratch + Self.kernelScratch
                let (from, to) = (item / parts * rowPanel, item % parts * panel)
                for f in 0..<frequencies {
                    kernels.multiply(
                        rowPanel, panel, count, panel, v + (f * vStride + from), 1, x.lanes, z + (f * zStride + to),
                        dy.lanes, 0, u + f * uStride, panel, false)
                }
                kernels.winogradWeightGradient(
                    u, uStride, panel, points.x, points.y, points.z, min(rowPanel, problem.inputChannels - from),
                    min(panel, problem.outputChannels - to), dw + (to * problem.inputChannels + from) * 27,
                    problem.inputChannels * 27, start > 0, scratch)
            }
        }
    }

    /// Transforms one tile of the input and of the output's gradient.
    private func transform(
        _ x: Activations, _ dy: Activations, _ index: Int, _ tiling: WinogradTiling, _ v: UnsafeMutablePointer<Float>,
        _ vStride: Int, _ z: UnsafeMutablePointer<Float>, _ zStride: Int, _ kernels: KernelSet,
        _ scratch: UnsafeMutablePointer<Float>
    ) {
        var (input, from) = tiling.input(index, lanes: x.lanes, frequencyStride: vStride)
        kernels.winogradInput(&input, x.base + from, v, scratch)
        var (output, at) = tiling.output(
            index, lanes: dy.lanes, voxelStride: dy.lanes, frequencyStride: zStride)
        kernels.winogradGradient(&output, dy.base + at, z, scratch)
    }
}
