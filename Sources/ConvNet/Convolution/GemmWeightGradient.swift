/// The gradient of a convolution's weight: for each tap, the products of input rows and output rows summed over all voxels.
///
/// A piece of work is one plane of taps, some input channels, one panel of output lanes, and one slice of the voxels: block
/// after block of voxels meets all the taps while its rows are in the cache. There are several slices only where there is
/// little else to share; their sums are added in order. The cut depends on the shapes and kernels alone, so the result is
/// the same for any number of threads.
struct GemmWeightGradient {
    private let problem: ConvolutionProblem
    private let kernels: GemmKernels
    private let panels: [GemmKernels.Panel]
    /// Input channels of one piece of work, a multiple of six.
    private let chunk: Int
    private let chunks: Int
    private let slices: Int
    /// Taps of one piece of work: those of one plane of the kernel.
    private let planeTaps: Int
    /// Output lanes.
    private let lanes: Int

    /// Most input channels of one piece of work, with one tap and with several: its sums stay in the second cache.
    private static let mostChannels = 192
    private static let fewerChannels = 96
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
        planeTaps = problem.geometry.kernel.y * problem.geometry.kernel.z
        chunk = min(planeTaps == 1 ? Self.mostChannels : Self.fewerChannels, channels)
        chunks = (channels + chunk - 1) / chunk
        let pieces = problem.geometry.kernel.x * chunks * panels.count
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
        let sums = execution.scratch(count: slices * sliceCount)
        Workers.run(threads: execution.threads, items: problem.geometry.kernel.x * panels.count * chunks * slices) {
            items in
            let table = Table(kernels)
            while let item = items.next() {
                var rest = item
                func next(_ count: Int) -> Int {
                    defer { rest /= count }
                    return rest % count
                }
                let panel = panels[next(panels.count)]
                let first = next(chunks) * chunk
                let plane = next(problem.geometry.kernel.x)
                let slice = next(slices)
                sum(x, dy, plane, first, panel, slice, table, into: sums + slice * sliceCount)
            }
        }
        Workers.run(threads: execution.threads, items: panels.count) { items in
            while let item = items.next() { unpack(sums, panels[item], into: dw) }
        }
    }

    /// The rows of a block of voxels: where they lie, and brought together.
    private final class Table {
        let x = UnsafeMutablePointer<Int>.allocate(capacity: voxelBlock)
        let y = UnsafeMutablePointer<Int>.allocate(capacity: voxelBlock)
        /// Where the input rows lie when they are together.
        let together = UnsafeMutablePointer<Int>.allocate(capacity: voxelBlock)
        let channels = UnsafeMutablePointer<UnsafePointer<Float>>.allocate(capacity: mostChannels)
        let xRows = AlignedMemory(count: voxelBlock * mostChannels)
        let yRows: AlignedMemory

        init(_ kernels: GemmKernels) { yRows = AlignedMemory(count: voxelBlock * kernels.widestPanel) }

        deinit {
            x.deallocate()
            y.deallocate()
            together.deallocate()
            channels.deallocate()
        }
    }

    /// One piece of work.
    private func sum(
        _ x: Activations, _ dy: Activations, _ plane: Int, _ first: Int, _ panel: GemmKernels.Panel, _ slice: Int,
        _ table: Table, into sums: UnsafeMutablePointer<Float>
    ) {
        let channels = min(problem.inputChannels - first, chunk)
        let tiles = (channels + 5) / 6
        let width = Activations.lanes(of: channels)
        for i in 0..<(6 * tiles) { table.channels[i] = UnsafePointer(table.xRows.base + min(i, channels - 1)) }
        for i in 0..<Self.voxelBlock { table.together[i] = i * width }
        let taps = (plane * planeTaps)..<((plane + 1) * planeTaps)
        for tap in taps {
            (sums + offset(panel, tap, first)).update(repeating: 0, count: chunk * panel.width)
        }
        let lines = x.samples * problem.output.x * problem.output.y
        let end = lines * (slice + 1) / slices
        let blockLines = max(1, Self.voxelBlock / problem.output.z)
        for start in stride(from: lines * slice / slices, to: end, by: blockLines) {
            for tap in taps {
                let to = sums + offset(panel, tap, first)
                forEachVoxels(x, dy, tap, start..<min(start + blockLines, end), table) { count in
                    kernels.gatherRows(width, count, x.base + first, table.x, table.xRows.base)
                    kernels.gatherRows(panel.width, count, dy.base + panel.start, table.y, table.yRows.base)
                    kernels.outerBlock(
                        panel.width, tiles, table.channels, table.together, table.yRows.base, count, to)
                }
            }
        }
    }

    /// Fills the table with the voxels of some output lines that meet the input under a tap, and says how many there are;
    /// several times where they are too many for the table.
    private func forEachVoxels(
        _ x: Activations, _ dy: Activations, _ tap: Int, _ lines: Range<Int>, _ table: Table, _ body: (Int) -> Void
    ) {
        let (kernel, stride) = (problem.geometry.kernel, problem.geometry.stride)
        let place = SIMD3(tap / planeTaps, tap / kernel.z % kernel.y, tap % kernel.z)
        let shift = place &* problem.geometry.dilation &- problem.geometry.padding
        let voxels = range(2, shift)
        var filled = 0
        for line in lines {
            let (rest, j) = line.quotientAndRemainder(dividingBy: dy.shape.y)
            let (n, i) = rest.quotientAndRemainder(dividingBy: dy.shape.x)
            let (underX, underY) = (i * stride.x + shift.x, j * stride.y + shift.y)
            guard underX >= 0, underX < x.shape.x, underY >= 0, underY < x.shape.y else { continue }
            let underZ = voxels.lowerBound * stride.z + shift.z
            var from = x.index(n, 0, (underX * x.shape.y + underY) * x.shape.z + underZ)
            var to = dy.index(n, 0, (i * dy.shape.y + j) * dy.shape.z + voxels.lowerBound)
            for _ in voxels {
                table.x[filled] = from
                table.y[filled] = to
                from &+= stride.z &* x.lanes
                to &+= dy.lanes
                filled &+= 1
                if filled == Self.voxelBlock {
                    body(filled)
                    filled = 0
                }
            }
        }
        if filled > 0 { body(filled) }
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
