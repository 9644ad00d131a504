/// The stem's weights in the frequencies of `Sources/Kernels/StemInput.swift`.
///
/// A kernel's plane of 7×7 taps is split as the input is: into four of 4×4 taps by even and odd rows and columns, the last
/// odd row and column being zero. Each is transformed by G on both sides.
struct StemTransform {
    let panels: [GemmKernels.Panel]
    let outputChannels: Int
    let lanes: Int

    /// Along each axis, besides infinity: those of `StemPoints` in `Sources/Kernels/StemInput.swift`.
    private static let points = [0.34375, -0.34375, 0.875, -0.875, 1.875, -1.875]
    private static let frequencies = 49
    /// Taps of axis 0 times phases.
    private static let depth = 28

    init(_ kernels: GemmKernels, outputChannels: Int) {
        self.outputChannels = outputChannels
        lanes = Activations.lanes(of: outputChannels)
        panels = kernels.panels(lanes: lanes)
    }

    /// Panel after panel, each (49, 28, width).
    var count: Int { Self.frequencies * Self.depth * lanes }

    func offset(of panel: GemmKernels.Panel) -> Int { Self.frequencies * Self.depth * panel.start }

    /// G of F(4, 4).
    static let matrix = matrix(points: points)

    /// G for four taps: row k evaluates a polynomial of four coefficients at point k, over the products of its distances to
    /// the others. The last row is infinity's.
    static func matrix(points: [Double]) -> [SIMD4<Double>] {
        points.indices.map { k in
            let distances = points.indices.filter { $0 != k }.map { points[k] - points[$0] }.reduce(1, *)
            let p = points[k]
            return SIMD4(1, p, p * p, p * p * p) / distances
        } + [SIMD4(0, 0, 0, 1)]
    }

    /// - Parameter weight: (outputChannels, 1, 7, 7, 7)
    func transform(
        _ weight: UnsafePointer<Float>, scale: [Float]?, into to: UnsafeMutablePointer<Float>, threads: Int
    ) {
        Workers.run(threads: threads, items: lanes) { items in
            while let lane = items.next() { transformLane(lane, weight, scale, to) }
        }
    }

    private func transformLane(
        _ lane: Int, _ weight: UnsafePointer<Float>, _ scale: [Float]?, _ to: UnsafeMutablePointer<Float>
    ) {
        let panel = panels.last { $0.start <= lane }!
        let base = to + (offset(of: panel) + lane - panel.start)
        guard lane < outputChannels else {
            for place in 0..<(Self.frequencies * Self.depth) { base[place * panel.width] = 0 }
            return
        }
        let factor = Double(scale?[lane] ?? 1)
        for tap in 0..<7 {
            let plane = weight + (lane * 7 + tap) * 49
            for phase in 0..<4 {
                // One row of taps in every frequency along it.
                let rows = (0..<4).map { j -> [Double] in
                    let y = 2 * j + phase / 2
                    guard y < 7 else { return [Double](repeating: 0, count: 7) }
                    var taps = SIMD4<Double>()
                    for i in 0..<4 where 2 * i + phase % 2 < 7 {
                        taps[i] = Double(plane[7 * y + 2 * i + phase % 2]) * factor
                    }
                    return Self.matrix.map { ($0 * taps).sum() }
                }
                for a in 0..<7 {
                    let g = Self.matrix[a]
                    for b in 0..<7 {
                        let value = g[0] * rows[0][b] + g[1] * rows[1][b] + g[2] * rows[2][b] + g[3] * rows[3][b]
                        base[((7 * a + b) * Self.depth + 4 * tap + phase) * panel.width] = Float(value)
                    }
                }
            }
        }
    }
}
