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
        let size = source.shape
        let lanes = source.lanes
        let low = window.shifts.reduce(SIMD3(repeating: 0)) { pointwiseMin($0, $1) }
        let high = window.shifts.reduce(SIMD3(repeating: 0)) { pointwiseMax($0, $1) }
        let steps = window.shifts.map { (($0.x * size.y + $0.y) * size.z + $0.z) * lanes }
        var (rest, k) = block.start.quotientAndRemainder(dividingBy: window.count.z)
        var j = rest % window.count.y
        rest /= window.count.y
        var i = rest % window.count.x
        var n = rest / window.count.x
        for row in 0..<block.rows {
            let at = SIMD3(i, j, k)
            let place = window.first &+ at &* window.step
            offsets[row] = target.index(
                n, 0, (place.x &* target.shape.y &+ place.y) &* target.shape.z &+ place.z)
            let from = at &* window.sourceStep
            let base = source.base + source.index(n, 0, (from.x &* size.y &+ from.y) &* size.z &+ from.z)
            let to = pointers + (row / 6 &* taps &* 6 &+ row % 6)
            let (least, most) = (from &+ low, from &+ high)
            if least.x >= 0 && least.y >= 0 && least.z >= 0 && most.x < size.x && most.y < size.y && most.z < size.z {
                for tap in 0..<taps { to[6 &* tap] = UnsafePointer(base + steps[tap]) }
            } else {
                for tap in 0..<taps {
                    let under = from &+ window.shifts[tap]
                    let isInside =
                        UInt(bitPattern: under.x) < size.x && UInt(bitPattern: under.y) < size.y
                        && UInt(bitPattern: under.z) < size.z
                    to[6 &* tap] = isInside ? UnsafePointer(base + steps[tap]) : zeros
                }
            }
            k += 1
            if k == window.count.z {
                k = 0
                j += 1
                if j == window.count.y {
                    j = 0
                    i += 1
                    if i == window.count.x {
                        i = 0
                        n += 1
                    }
                }
            }
        }
        // A last tile with fewer rows repeats one of them; what it gives is not kept.
        for row in block.rows..<((block.rows + 5) / 6 * 6) {
            let tile = pointers + row / 6 * taps * 6
            for tap in 0..<taps { tile[6 * tap + row % 6] = tile[6 * tap] }
        }
    }
}
