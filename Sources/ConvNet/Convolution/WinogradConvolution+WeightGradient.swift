import CCPU

/// dw = Gᵀ Σ ((A dy) ⊙ (Bᵀ x)): for every frequency one matrix product over the tiles, transformed back once.
extension WinogradConvolution {
    /// Floats of the gradient's transform up to which every worker may sum up one of its own.
    private static let mostOwn = 1 << 20

    package func weightGradient(
        _ x: Activations, _ dy: Activations, into dw: UnsafeMutablePointer<Float>, _ execution: Execution
    ) {
        check(x, dy)
        let tiling = tiling(samples: x.samples)
        let kept = tiling.frequencies * x.lanes * dy.lanes
        if tiling.count > 48 && kept <= min(Self.mostOwn, mostKept) {
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
                    var (input, from) = tiling.input(first + row, lanes: x.lanes, frequencyStride: vStride)
                    kernels.winogradInput(&input, x.base + from, v + row * x.lanes, scratch)
                    var (output, at) = tiling.output(
                        first + row, lanes: dy.lanes, voxelStride: dy.lanes, frequencyStride: zStride)
                    kernels.winogradGradient(&output, dy.base + at, z + row * dy.lanes, scratch)
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

    /// Few tiles or many weights: tiles are transformed, as many as stay near to the processor, then every worker takes some
    /// of the channels the whole way, so that the gradient's transform need never be kept.
    private func byChannels(
        _ x: Activations, _ dy: Activations, _ dw: UnsafeMutablePointer<Float>, _ tiling: WinogradTiling,
        _ execution: Execution
    ) {
        let (kernels, frequencies, points) = (execution.kernels, tiling.frequencies, tiling.points)
        let most = max(Self.mostTiles, 2 * mostKept / (frequencies * (x.lanes + dy.lanes)))
        let groups = (tiling.count + most - 1) / most
        let tiles = (tiling.count + groups - 1) / groups
        let chunk = Self.chunk
        let (vStride, zStride) = (tiles * x.lanes + Self.gap, tiles * dy.lanes + Self.gap)
        let uStride = chunk * chunk + Self.gap
        let own = frequencies * uStride + Self.kernelScratch
        let v = execution.scratch(count: frequencies * (vStride + zStride) + execution.threads * own)
        let z = v + frequencies * vStride
        let ownBase = z + frequencies * zStride

        for start in stride(from: 0, to: tiling.count, by: tiles) {
            let group = min(tiles, tiling.count - start)
            execution.share(group) { worker, row in
                let scratch = ownBase + worker * own
                Self.transform(
                    tiling.input(start + row, lanes: x.lanes, frequencyStride: vStride), x, row, tiles, v,
                    kernels.winogradInput, scratch)
                Self.transform(
                    tiling.output(start + row, lanes: dy.lanes, voxelStride: dy.lanes, frequencyStride: zStride), dy,
                    row, tiles, z, kernels.winogradGradient, scratch)
            }
            let parts = (dy.lanes + chunk - 1) / chunk
            execution.share((x.lanes + chunk - 1) / chunk * parts) { worker, item in
                let scratch = ownBase + worker * own
                let u = scratch + Self.kernelScratch
                let (from, to) = (item / parts * chunk, item % parts * chunk)
                let (rows, columns) = (min(chunk, x.lanes - from), min(chunk, dy.lanes - to))
                for f in 0..<frequencies {
                    kernels.multiply(
                        rows, columns, group, columns, v + (f * vStride + from * tiles), 1, rows,
                        z + (f * zStride + to * tiles), columns, 0, u + f * uStride, columns, false)
                }
                kernels.winogradWeightGradient(
                    u, uStride, columns, points.x, points.y, points.z, min(rows, problem.inputChannels - from),
                    min(columns, problem.outputChannels - to), dw + (to * problem.inputChannels + from) * 27,
                    problem.inputChannels * 27, start > 0, scratch)
            }
        }
    }
}
