/// The gradient of a convolution's weight: for each tap, the products of input rows and output rows summed over all voxels.
///
/// A piece of work is one tap, some input channels, one panel of output lanes, and one slice of the voxels. There are
/// several slices only where there is little else to share; their sums are added in order. The cut depends on the shapes
/// and kernels alone, so the result is the same for any number of threads.
struct GemmWeightGradient {
    private let problem: ConvolutionProblem
    private let kernels: GemmKernels
    private let panels: [GemmKernels.Panel]
    /// Input channels of one piece of work, a multiple of six.
    private let chunk: Int
    private let chunks: Int
    private let slices: Int
    /// Output lanes.
    private let lanes: Int

    /// Most input channels of one piece of work.
    private static let mostChannels = 192
    /// Voxels whose rows are read again and again while they are in the first two caches.
    private static let voxelBlock = 128
    /// Fewest pieces of work, where the voxels are many.
    private static let fewestPieces = 32

    init(_ problem: ConvolutionProblem, _ kernels: GemmKernels) {
        self.problem = problem
        self.kernels = kernels
        lanes = Activations.lanes(of: problem.outputChannels)
        panels = kernels.panels(lanes: lanes)
        let channels = (problem.inputChannels + 5) / 6 * 6
        chunk = min(Self.mostChannels, channels)
        chunks = (channels + chunk - 1) / chunk
        let pieces = problem.geometry.taps * chunks * panels.count
        let voxels = problem.output.x * problem.output.y * problem.output.z
        slices = max(1, min((Self.fewestPieces + pieces - 1) / pieces, voxels / (8 * Self.voxelBlock)))
    }

    /// Sums are (slices, panels, taps, padded input channels, panel width).
    private var paddedChannels: Int { chunks * chunk }
    private var sliceCount: Int { lanes * problem.geometry.taps * paddedChannels }

    private func offset(_ panel: GemmKernels.Panel, _ tap: Int, _ channel: Int) -> Int {
        (panel.start * problem.geometry.taps + tap * panel.width) * paddedChannels + channel * panel.width
    }

    func run(_ x: Activations, _ dy: Activations, into dw: UnsafeMutablePointer<Float>, _ execution: Execution) {
        let taps = problem.geometry.taps
        let sums = execution.scratch(count: slices * sliceCount)
        Workers.run(threads: execution.threads, items: taps * panels.count * chunks * slices) { items in
            let table = Table()
            while let item = items.next() {
                var rest = item
                func next(_ count: Int) -> Int {
                    defer { rest /= count }
                    return rest % count
                }
                let panel = panels[next(panels.count)]
                let first = next(chunks) * chunk
                let tap = next(taps)
                let slice = next(slices)
                let to = sums + (slice * sliceCount + offset(panel, tap, first))
                sum(x, dy, tap, first, panel, slice, table, into: to)
            }
        }
        Workers.run(threads: execution.threads, items: panels.count) { items in
            while let item = items.next() { unpack(sums, panels[item], into: dw) }
        }
    }

    /// Where the rows of a block of voxels lie.
    private final class Table {
        let x = UnsafeMutablePointer<Int>.allocate(capacity: voxelBlock)
        let y = UnsafeMutablePointer<Int>.allocate(capacity: voxelBlock)
        let channels = UnsafeMutablePointer<UnsafePointer<Float>>.allocate(capacity: mostChannels)

        deinit {
            x.deallocate()
            y.deallocate()
            channels.deallocate()
        }
    }

    /// One piece of work.
    private func sum(
        _ x: Activations, _ dy: Activations, _ tap: Int, _ first: Int, _ panel: GemmKernels.Panel, _ slice: Int,
        _ table: Table, into sums: UnsafeMutablePointer<Float>
    ) {
        let tiles = (min(problem.inputChannels, first + chunk) - first + 5) / 6
        sums.update(repeating: 0, count: chunk * panel.width)
        for i in 0..<(6 * tiles) {
            table.channels[i] = UnsafePointer(x.base + min(first + i, problem.inputChannels - 1))
        }
        let kernel = problem.geometry.kernel
        let place = SIMD3(tap / (kernel.y * kernel.z), tap / kernel.z % kernel.y, tap % kernel.z)
        let shift = place &* problem.geometry.dilation &- problem.geometry.padding
        let (is0, js, ks) = (range(0, shift), range(1, shift), range(2, shift))
        let lines = x.samples * is0.count * js.count
        var filled = 0
        func flush() {
            kernels.outerBlock(
                panel.width, tiles, table.channels, table.x, dy.base + panel.start, table.y, filled, sums)
            filled = 0
        }
        for line in (lines * slice / slices)..<(lines * (slice + 1) / slices) {
            let j = js.lowerBound + line % js.count
            let i = is0.lowerBound + line / js.count % is0.count
            let n = line / js.count / is0.count
            let stride = problem.geometry.stride
            let under = SIMD3(i, j, ks.lowerBound) &* stride &+ shift
            var from = x.index(n, 0, (under.x * x.shape.y + under.y) * x.shape.z + under.z)
            var to = dy.index(n, 0, (i * dy.shape.y + j) * dy.shape.z + ks.lowerBound)
            for _ in ks {
                table.x[filled] = from
                table.y[filled] = to
                from &+= stride.z &* x.lanes
                to &+= dy.lanes
                filled &+= 1
                if filled == Self.voxelBlock { flush() }
            }
        }
        if filled > 0 { flush() }
    }

    /// Output positions of an axis under which a tap with that shift meets the input.
    private func range(_ axis: Int, _ shift: SIMD3<Int>) -> Range<Int> {
        let stride = problem.geometry.stride[axis]
        let begin = shift[axis] >= 0 ? 0 : (stride - 1 - shift[axis]) / stride
        let room = problem.input[axis] - shift[axis]
        let end = min(problem.output[axis], room <= 0 ? 0 : (room + stride - 1) / stride)
        return begin..<max(begin, end)
    }

    /// Adds the slices of one panel and writes them as PyTorch orders a weight.
    private func unpack(
        _ sums: UnsafePointer<Float>, _ panel: GemmKernels.Panel, into dw: UnsafeMutablePointer<Float>
    ) {
        let taps = problem.geometry.taps
        let row = problem.inputChannels * taps
        // Eight output channels at once: few lines of the cache, whatever their distance.
        for start in stride(from: 0, to: panel.width, by: 8) {
            let valid = min(8, problem.outputChannels - panel.start - start)
            if valid <= 0 { break }
            let to = dw + (panel.start + start) * row
            for channel in 0..<problem.inputChannels {
                for tap in 0..<taps {
                    var from = UnsafeRawPointer(sums + (offset(panel, tap, channel) + start))
                    var value = from.loadUnaligned(as: SIMD8<Float>.self)
                    for _ in 1..<slices {
                        from += sliceCount * MemoryLayout<Float>.stride
                        value += from.loadUnaligned(as: SIMD8<Float>.self)
                    }
                    let place = to + (channel &* taps &+ tap)
                    for lane in 0..<valid { place[lane &* row] = value[lane] }
                }
            }
        }
    }
}
