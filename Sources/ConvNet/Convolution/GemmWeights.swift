/// A convolution's weights in the order in which the kernel reads them.
///
/// Panel after panel of target lanes; within a panel (taps, source lanes, panel width), so that a panel begins at its first
/// lane × taps × source lanes. What fills channels up to lanes is zero.
struct GemmWeights {
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
        self.taps = taps
        self.depth = depth
        self.width = width
        depthLanes = Activations.lanes(of: depth)
        widthLanes = Activations.lanes(of: width)
        panels = kernels.panels(lanes: widthLanes)
    }

    var count: Int { taps.count * depthLanes * widthLanes }

    func offset(of panel: GemmKernels.Panel) -> Int { panel.start * taps.count * depthLanes }

    /// Lanes of the source that one piece of work packs, and of the target that are written side by side: 8 lines of the
    /// cache at once, whatever the distance of the channels in memory.
    private static let depthBlock = 16
    private static let side = 8

    /// Fills `packed` from a weight whose target channels lie `widthStride` apart, its source channels `depthStride`, and
    /// its taps side by side.
    func pack(
        _ weight: UnsafePointer<Float>, widthStride: Int, depthStride: Int, scale: [Float]?,
        into packed: UnsafeMutablePointer<Float>, threads: Int
    ) {
        let blocks = depthLanes / Self.depthBlock
        Workers.run(threads: count < 1 << 14 ? 1 : threads, items: panels.count * blocks) { items in
            while let item = items.next() {
                let (panel, block) = (panels[item / blocks], item % blocks)
                for start in stride(from: panel.start, to: panel.start + panel.width, by: Self.side) {
                    let factors = (0..<Self.side).map { lane in
                        start + lane < width ? scale.map { $0[start + lane] } ?? 1 : 0
                    }
                    packSide(
                        weight + start * widthStride, widthStride, depthStride, SIMD8(factors), panel, start,
                        block * Self.depthBlock, packed)
                }
            }
        }
    }

    /// Eight target lanes from `start`, `depthBlock` source lanes from `k0`, all taps.
    private func packSide(
        _ from: UnsafePointer<Float>, _ widthStride: Int, _ depthStride: Int, _ factors: SIMD8<Float>,
        _ panel: GemmKernels.Panel, _ start: Int, _ k0: Int, _ packed: UnsafeMutablePointer<Float>
    ) {
        let valid = max(0, min(Self.side, width - start))
        let base = packed + (offset(of: panel) + start - panel.start)
        for k in k0..<(k0 + Self.depthBlock) {
            for (slot, tap) in taps.enumerated() {
                var values = SIMD8<Float>()
                if k < depth {
                    let place = from + (k &* depthStride &+ tap)
                    if valid == Self.side {
                        values = SIMD8(
                            place[0], place[widthStride], place[2 &* widthStride], place[3 &* widthStride],
                            place[4 &* widthStride], place[5 &* widthStride], place[6 &* widthStride],
                            place[7 &* widthStride])
                    } else {
                        for lane in 0..<valid { values[lane] = place[lane &* widthStride] }
                    }
                }
                let to = base + (slot &* depthLanes &+ k) &* panel.width
                UnsafeMutableRawPointer(to).storeBytes(of: values * factors, as: SIMD8<Float>.self)
            }
        }
    }
}
