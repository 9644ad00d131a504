/// A convolution's weights in the order in which the kernel reads them.
///
/// Panel after panel of target lanes; within a panel (taps, source lanes, panel width), so that a panel begins at its first
/// lane × taps × source lanes. What fills channels up to lanes is zero.
struct GemmWeights {
    private let kernels: GemmKernels
    let panels: [GemmKernels.Panel]
    /// Taps in packed order, as PyTorch counts them.
    let taps: [Int]
    /// Source channels, and the floats of one voxel of the source.
    let depth: Int
    let depthLanes: Int
    /// Target channels, and the floats of one voxel of the target.
    let width: Int
    let widthLanes: Int

    init(_ kernels: GemmKernels, taps: [Int], depth: Int, width: Int) {
        self.kernels = kernels
        self.taps = taps
        self.depth = depth
        self.width = width
        depthLanes = Activations.lanes(of: depth)
        widthLanes = Activations.lanes(of: width)
        panels = kernels.panels(lanes: widthLanes)
    }

    var count: Int { taps.count * depthLanes * widthLanes }

    func offset(of panel: GemmKernels.Panel) -> Int { panel.start * taps.count * depthLanes }

    /// Lanes of the source that one piece of work packs.
    private static let depthBlock = 16

    /// Fills `packed` from a weight whose target channels lie `widthStride` apart, its source channels `depthStride`, and
    /// its taps side by side.
    func pack(
        _ weight: UnsafePointer<Float>, widthStride: Int, depthStride: Int, scale: [Float]?,
        into packed: UnsafeMutablePointer<Float>, threads: Int
    ) {
        let blocks = depthLanes / Self.depthBlock
        let factors = (0..<widthLanes).map { lane in lane < width ? scale.map { $0[lane] } ?? 1 : 0 }
        Workers.run(threads: count < 1 << 14 ? 1 : threads, items: panels.count * blocks) { items in
            let room = UnsafeMutablePointer<Float>.allocate(capacity: 16 * 16)
            defer { room.deallocate() }
            while let item = items.next() {
                let (panel, first) = (panels[item / blocks], item % blocks * Self.depthBlock)
                let to = packed + offset(of: panel)
                let depths = first..<min(first + Self.depthBlock, depth)
                let from = weight + panel.start * widthStride
                // Some taps may meet nothing at all, where the stride is longer than the input.
                let hasAllTaps = taps.count == min(widthStride, depthStride)
                if panel.start + panel.width > width || !hasAllTaps {
                    packLanes(from, widthStride, depthStride, factors, panel, first, to)
                } else if depthStride == taps.count {
                    // The taps of all source channels are side by side.
                    kernels.packWeights(
                        panel.width, from + first * depthStride, widthStride, depths.count * taps.count,
                        Array(factors[panel.start...]), to, places(depths, panel), room)
                    clear(depths.upperBound..<(first + Self.depthBlock), panel, to)
                } else {
                    let places = places(0..<1, panel)
                    let mine = Array(factors[panel.start...])
                    for k in depths {
                        kernels.packWeights(
                            panel.width, from + k * depthStride, widthStride, taps.count, mine, to + k * panel.width,
                            places, room)
                    }
                    clear(depths.upperBound..<(first + Self.depthBlock), panel, to)
                }
            }
        }
    }

    /// Where in a panel the lanes of each source channel and tap go, in the order of the weight.
    private func places(_ depths: Range<Int>, _ panel: GemmKernels.Panel) -> [Int] {
        var slots = [Int](repeating: 0, count: taps.count)
        for (slot, tap) in taps.enumerated() { slots[tap] = slot }
        return depths.flatMap { k in slots.map { ($0 * depthLanes + k) * panel.width } }
    }

    private func clear(_ depths: Range<Int>, _ panel: GemmKernels.Panel, _ to: UnsafeMutablePointer<Float>) {
        guard !depths.isEmpty else { return }
        for slot in taps.indices {
            (to + (slot * depthLanes + depths.lowerBound) * panel.width).update(
                repeating: 0, count: depths.count * panel.width)
        }
    }

    /// A panel with lanes beyond the channels, lane by lane.
    private func packLanes(
        _ from: UnsafePointer<Float>, _ widthStride: Int, _ depthStride: Int, _ factors: [Float],
        _ panel: GemmKernels.Panel, _ first: Int, _ to: UnsafeMutablePointer<Float>
    ) {
        for k in first..<(first + Self.depthBlock) {
            for (slot, tap) in taps.enumerated() {
                let row = to + (slot * depthLanes + k) * panel.width
                for lane in 0..<panel.width {
                    let isReal = k < depth && panel.start + lane < width
                    row[lane] =
                        isReal ? from[lane * widthStride + k * depthStride + tap] * factors[panel.start + lane] : 0
                }
            }
        }
    }
}
