/// The gradient of the stem's weight: the products of 343 shifted inputs and the output's gradient, summed over all voxels.
///
/// One input channel has no rows to multiply; instead the taps take their place. A piece of work is a run of output planes;
/// it keeps the seven input planes under one, with their padding, in a ring. The pieces' sums are added in order. Their
/// number depends on the shape alone, so the result is the same for any number of threads.
struct StemWeightGradient {
    private let stem: Stem
    private let execution: Execution
    private let kernels: GemmKernels
    private let panels: [GemmKernels.Panel]
    private let lanes: Int

    /// Pieces of work, where there are that many planes.
    private static let mostPieces = 32
    private static let taps = 343
    /// Taps come in tiles of six.
    private static let tiles = 58
    /// Voxels whose gradients are read again and again while they are in the first two caches.
    private static let voxelBlock = 128

    init(_ stem: Stem, _ execution: Execution) {
        self.stem = stem
        self.execution = execution
        kernels = GemmKernels.of(execution.kernels.instructions)
        lanes = Activations.lanes(of: stem.problem.outputChannels)
        panels = kernels.panels(lanes: lanes)
    }

    /// Floats of one line and one plane of the padded input.
    private var line: Int { stem.problem.input.z + 6 }
    private var plane: Int { (stem.problem.input.y + 6) * line }
    /// Sums of one piece: panel after panel, each (6 · tiles, width).
    private var sumCount: Int { 6 * Self.tiles * lanes }

    func run(_ x: UnsafePointer<Float>, _ dy: Activations, into dw: UnsafeMutablePointer<Float>) {
        let out = stem.problem.output
        let planes = dy.samples * out.x
        let pieces = min(Self.mostPieces, planes)
        let workers = min(execution.threads, pieces)
        let scratch = execution.scratch(count: pieces * sumCount + workers * 7 * plane)
        let rings = StemPlaces(scratch + pieces * sumCount, 7 * plane)
        // Where each output voxel of a plane lies in the padded input under the first tap, and in the gradient.
        let places = (0..<(out.y * out.z)).map { 2 * ($0 / out.z) * line + 2 * ($0 % out.z) }
        let gradients = (0..<(out.y * out.z)).map { $0 * lanes }
        Workers.run(threads: execution.threads, items: pieces) { items in
            let ring = rings.next()
            let rows = AlignedMemory(count: Self.voxelBlock * kernels.widestPanel)
            ring.update(repeating: 0, count: 7 * plane)
            while let piece = items.next() {
                let sums = scratch + piece * sumCount
                sums.update(repeating: 0, count: sumCount)
                var held = [Int?](repeating: nil, count: 7)
                for index in (planes * piece / pieces)..<(planes * (piece + 1) / pieces) {
                    let taps = load(x, index, ring, &held)
                    sum(taps, places, dy.base + index * gradients.count * lanes, gradients, rows.base, into: sums)
                }
            }
        }
        unpack(scratch, pieces, into: dw)
    }

    /// Brings the input planes under an output plane, counted over all samples, into the ring.
    ///
    /// - Returns: the input under each tap for the plane's first voxel; the last is repeated to fill the last tile.
    private func load(
        _ x: UnsafePointer<Float>, _ index: Int, _ ring: UnsafeMutablePointer<Float>, _ held: inout [Int?]
    ) -> [UnsafePointer<Float>] {
        let input = stem.problem.input
        let (sample, z) = index.quotientAndRemainder(dividingBy: stem.problem.output.x)
        var taps: [UnsafePointer<Float>] = []
        taps.reserveCapacity(6 * Self.tiles)
        for tap in 0..<7 {
            let under = z * stem.problem.geometry.stride.x - 3 + tap
            let slot = (under + 7) % 7
            let target = ring + slot * plane
            // Planes of different samples never have the same number.
            let number = sample * (input.x + 7) + under
            if held[slot] != number {
                held[slot] = number
                for y in 0..<input.y {
                    let to = target + ((y + 3) * line + 3)
                    if under >= 0 && under < input.x {
                        to.update(
                            from: x + ((sample * input.x + under) * input.y + y) * input.z, count: input.z)
                    } else {
                        to.update(repeating: 0, count: input.z)
                    }
                }
            }
            for y in 0..<7 {
                for k in 0..<7 { taps.append(UnsafePointer(target + (y * line + k))) }
            }
        }
        while taps.count < 6 * Self.tiles { taps.append(taps[Self.taps - 1]) }
        return taps
    }

    private func sum(
        _ taps: [UnsafePointer<Float>], _ places: [Int], _ dy: UnsafePointer<Float>, _ gradients: [Int],
        _ rows: UnsafeMutablePointer<Float>, into sums: UnsafeMutablePointer<Float>
    ) {
        places.withUnsafeBufferPointer { places in
            gradients.withUnsafeBufferPointer { gradients in
                for start in stride(from: 0, to: places.count, by: Self.voxelBlock) {
                    let count = min(Self.voxelBlock, places.count - start)
                    for panel in panels {
                        kernels.gatherRows(panel.width, count, dy + panel.start, gradients.baseAddress! + start, rows)
                        kernels.outerBlock(
                            panel.width, Self.tiles, taps, places.baseAddress! + start, rows, count,
                            sums + 6 * Self.tiles * panel.start)
                    }
                }
            }
        }
    }

    /// Adds the pieces and writes them as PyTorch orders a weight.
    private func unpack(_ sums: UnsafePointer<Float>, _ pieces: Int, into dw: UnsafeMutablePointer<Float>) {
        for panel in panels {
            for lane in 0..<max(0, min(panel.width, stem.problem.outputChannels - panel.start)) {
                for tap in 0..<Self.taps {
                    let place = sums + (6 * Self.tiles * panel.start + tap * panel.width + lane)
                    dw[(panel.start + lane) * Self.taps + tap] = (0..<pieces).reduce(0) { $0 + place[$1 * sumCount] }
                }
            }
        }
    }
}
