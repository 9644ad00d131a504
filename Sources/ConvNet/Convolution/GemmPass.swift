/// Multiplies the rows of one activation with packed weights into the rows of another: the forward pass of a convolution,
/// and the gradient of its input.
///
/// The work is cut into blocks of target rows times panels of target lanes. For each block the rows under every tap are
/// found once, as pointers; nothing is copied. Every value is summed in one order that depends on the shapes alone, so the
/// result is the same for any number of threads.
struct GemmPass {
    let kernels: GemmKernels
    /// Each with the slot of its first tap in `weights`.
    let windows: [(window: GemmWindow, firstSlot: Int)]
    let weights: GemmWeights
    let packed: UnsafePointer<Float>
    let source: Activations
    let target: Activations
    let epilogue: Epilogue
    /// 16-aligned zeros, as many as a source voxel has lanes.
    let zeros: UnsafePointer<Float>

    /// Most rows of a block: their pointers and sums stay in the first two caches.
    private static let blockRows = 192
    /// Blocks that few rows are cut into, so that there is work for several threads.
    private static let fewestBlocks = 4
    /// Floats of weights that stay in the second cache while a block passes by them.
    private static let chunkFloats = 112 << 10
    /// Lanes that one piece of work covers where there are few blocks.
    private static let groupLanes = 64
    /// With this many blocks, a piece of work is a block with all its lanes.
    private static let manyBlocks = 64

    private struct Block {
        let window: Int
        let start: Int
        let rows: Int
    }

    func run(threads: Int) {
        let blocks = blocks()
        let groups = blocks.count >= Self.manyBlocks ? [weights.panels] : panelGroups()
        Workers.run(threads: threads, items: blocks.count * groups.count) { items in
            let room = (blocks.map(\.rows).max() ?? 1) + 5
            let pointers = UnsafeMutablePointer<UnsafePointer<Float>>.allocate(
                capacity: room * max(1, weights.taps.count))
            let offsets = UnsafeMutablePointer<Int>.allocate(capacity: room)
            let partials = AlignedMemory(count: room * kernels.widestPanel)
            defer {
                pointers.deallocate()
                offsets.deallocate()
            }
            var found = -1
            while let item = items.next() {
                let (index, group) = item.quotientAndRemainder(dividingBy: groups.count)
                if found != index { find(blocks[index], pointers, offsets) }
                found = index
                for panel in groups[group] { multiply(blocks[index], panel, pointers, offsets, partials.base) }
            }
        }
    }

    private func blocks() -> [Block] {
        windows.indices.flatMap { index -> [Block] in
            let rows = windows[index].window.rows * source.samples
            let most = windows[index].window.taps.count > 64 ? Self.blockRows / 4 : Self.blockRows
            let size = min(most, (rows / Self.fewestBlocks + 5) / 6 * 6 + 6)
            return stride(from: 0, to: rows, by: size).map { start in
                Block(window: index, start: start, rows: min(size, rows - start))
            }
        }
    }

    private func panelGroups() -> [[GemmKernels.Panel]] {
        Dictionary(grouping: weights.panels) { $0.start / Self.groupLanes }.sorted { $0.key < $1.key }.map(\.value)
    }

    private func multiply(
        _ block: Block, _ panel: GemmKernels.Panel, _ pointers: UnsafePointer<UnsafePointer<Float>>,
        _ offsets: UnsafePointer<Int>, _ partials: UnsafeMutablePointer<Float>
    ) {
        let (window, slot) = windows[block.window]
        let taps = window.taps.count
        let tapFloats = weights.depthLanes * panel.width
        let mine = packed + (weights.offset(of: panel) + slot * tapFloats)
        let chunk = max(1, Self.chunkFloats / tapFloats)
        var tap = 0
        repeat {
            let some = min(chunk, taps - tap)
            kernels.gemmBlock(
                panel.width, block.rows, pointers, taps, tap, some, weights.depthLanes, mine + tap * tapFloats,
                partials, tap == 0, tap + some == taps, target.base + panel.start, offsets,
                epilogue.bias.map { $0 + panel.start }, epilogue.residual.map { UnsafePointer($0.base) + panel.start },
                epilogue.relu)
            tap += some
        } while tap < taps
    }

    /// Writes the place of each row of the block, and the pointers to what is under its taps, in tiles of six rows.
    private func find(
        _ block: Block, _ pointers: UnsafeMutablePointer<UnsafePointer<Float>>, _ offsets: UnsafeMutablePointer<Int>
    ) {
        let window = windows[block.window].window
        let taps = window.taps.count
        var row = 0
        while row < block.rows {
            let (line, k) = (block.start + row).quotientAndRemainder(dividingBy: window.count.z)
            let count = min(window.count.z - k, block.rows - row)
            findLine(window, line, k..<(k + count), row, pointers, offsets)
            row += count
        }
        // A last tile with fewer rows repeats one of them; what it gives is not kept.
        for row in block.rows..<((block.rows + 5) / 6 * 6) {
            let tile = pointers + row / 6 * taps * 6
            for tap in 0..<taps { tile[6 * tap + row % 6] = tile[6 * tap] }
        }
    }

    /// Rows of one line along axis 2, `first` being the number within the block of the first of them.
    private func findLine(
        _ window: GemmWindow, _ line: Int, _ range: Range<Int>, _ first: Int,
        _ pointers: UnsafeMutablePointer<UnsafePointer<Float>>, _ offsets: UnsafeMutablePointer<Int>
    ) {
        let j = line % window.count.y
        let (n, i) = (line / window.count.y).quotientAndRemainder(dividingBy: window.count.x)
        let targetLine = (window.first.x + i * window.step.x) * target.shape.y + window.first.y + j * window.step.y
        var offset = target.index(
            n, 0, targetLine * target.shape.z + window.first.z + range.lowerBound * window.step.z)
        let offsetStep = window.step.z * target.lanes
        for row in first..<(first + range.count) {
            offsets[row] = offset
            offset &+= offsetStep
        }
        let size = source.shape
        let (lanes, step, taps) = (source.lanes, window.sourceStep.z, window.taps.count)
        for tap in 0..<taps {
            let shift = window.shifts[tap]
            let (x, y) = (i * window.sourceStep.x + shift.x, j * window.sourceStep.y + shift.y)
            let isInside = x >= 0 && x < size.x && y >= 0 && y < size.y
            var z = range.lowerBound * step + shift.z
            // The place may lie outside; it is not read then.
            var place = source.base + source.index(n, 0, (x * size.y + y) * size.z + z)
            var (tile, column) = first.quotientAndRemainder(dividingBy: 6)
            var to = pointers + (tile * taps + tap) * 6
            for _ in range {
                to[column] = isInside && z >= 0 && z < size.z ? UnsafePointer(place) : zeros
                z &+= step
                place += step &* lanes
                column &+= 1
                if column == 6 {
                    column = 0
                    tile &+= 1
                    to += 6 &* taps
                }
            }
        }
    }
}
