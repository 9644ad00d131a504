/// The stem's weights in the frequencies of `Sources/Kernels/StemLine.swift`.
///
/// Each line of 7 taps is split into even and odd taps, four each, the last odd one being zero; each four are transformed.
struct StemLineTransform {
    let panels: [GemmKernels.Panel]
    let lanes: Int
    private let outputChannels: Int

    /// G of F(2, 4), for the points of `StemLinePoints` in `Sources/Kernels/StemLine.swift`.
    private static let matrix = StemTransform.matrix(points: [0.375, -0.375, 1.25, -1.25])
    /// Taps of axes 0 and 1 times phases of axis 2.
    private static let depth = 98

    init(_ kernels: GemmKernels, outputChannels: Int) {
        self.outputChannels = outputChannels
        lanes = Activations.lanes(of: outputChannels)
        panels = kernels.panels(lanes: lanes)
    }

    /// Panel after panel, each (5, 98, width).
    var count: Int { Self.matrix.count * Self.depth * lanes }

    func offset(of panel: GemmKernels.Panel) -> Int { Self.matrix.count * Self.depth * panel.start }

    /// - Parameter weight: (outputChannels, 1, 7, 7, 7)
    func transform(
        _ weight: UnsafePointer<Float>, scale: [Float]?, into to: UnsafeMutablePointer<Float>, threads: Int
    ) {
        Workers.run(threads: threads, items: panels.count) { items in
            while let item = items.next() {
                let panel = panels[item]
                for lane in panel.start..<(panel.start + panel.width) {
                    let to = to + (offset(of: panel) + lane - panel.start)
                    if lane < outputChannels {
                        transform(weight + lane * 343, factor: Double(scale?[lane] ?? 1), to, panel.width)
                    } else {
                        transform(nil, factor: 0, to, panel.width)
                    }
                }
            }
        }
    }

    /// One channel's 49 lines of taps, or zeros.
    private func transform(
        _ weight: UnsafePointer<Float>?, factor: Double, _ to: UnsafeMutablePointer<Float>, _ width: Int
    ) {
        for line in 0..<49 {
            for phase in 0..<2 {
                var taps = SIMD4<Double>()
                if let weight {
                    for i in 0..<4 where 2 * i + phase < 7 {
                        taps[i] = Double(weight[7 * line + 2 * i + phase]) * factor
                    }
                }
                for (f, row) in Self.matrix.enumerated() {
                    to[(f * Self.depth + 2 * line + phase) * width] = Float((row * taps).sum())
                }
            }
        }
    }
}
