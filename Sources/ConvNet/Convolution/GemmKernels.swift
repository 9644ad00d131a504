import KernelsAVX2
import KernelsAVX512
import KernelsPlain

/// The kernels behind `GemmConvolution` and the stem's weight gradient, for one instruction set.
struct GemmKernels: Sendable {
    /// Widest panel of output lanes that one call takes, in floats; a call may take half or a quarter of it.
    let widestPanel: Int
    /// Narrowest panel; divides 16.
    let narrowestPanel: Int

    /// See `gemmBlock` in `Sources/Kernels`.
    let gemmBlock:
        @Sendable (
            _ width: Int, _ rows: Int, _ sources: UnsafePointer<UnsafePointer<Float>>, _ allTaps: Int, _ firstTap: Int,
            _ taps: Int, _ depth: Int, _ weights: UnsafePointer<Float>, _ partials: UnsafeMutablePointer<Float>,
            _ begins: Bool, _ ends: Bool, _ target: UnsafeMutablePointer<Float>, _ offsets: UnsafePointer<Int>,
            _ bias: UnsafePointer<Float>?, _ residual: UnsafePointer<Float>?, _ relu: Bool
        ) -> Void

    /// See `outerBlock` in `Sources/Kernels`.
    let outerBlock:
        @Sendable (
            _ width: Int, _ tiles: Int, _ x: UnsafePointer<UnsafePointer<Float>>, _ xOffsets: UnsafePointer<Int>,
            _ y: UnsafePointer<Float>, _ count: Int, _ sums: UnsafeMutablePointer<Float>
        ) -> Void

    /// See `gatherRows` in `Sources/Kernels`.
    let gatherRows:
        @Sendable (
            _ width: Int, _ count: Int, _ from: UnsafePointer<Float>, _ offsets: UnsafePointer<Int>,
            _ to: UnsafeMutablePointer<Float>
        ) -> Void

    /// See `packWeights` in `Sources/Kernels`.
    let packWeights:
        @Sendable (
            _ lanes: Int, _ from: UnsafePointer<Float>, _ stride: Int, _ count: Int, _ factors: UnsafePointer<Float>,
            _ to: UnsafeMutablePointer<Float>, _ places: UnsafePointer<Int>, _ room: UnsafeMutablePointer<Float>
        ) -> Void

    static func of(_ instructions: KernelSet.Instructions) -> GemmKernels {
        switch instructions {
        case .avx512: avx512
        case .avx2: avx2
        case .plain: plain
        }
    }

    private static let avx512 = GemmKernels(
        widestPanel: 64, narrowestPanel: 16, gemmBlock: KernelsAVX512.gemmBlock, outerBlock: KernelsAVX512.outerBlock,
        gatherRows: KernelsAVX512.gatherRows,
        packWeights: KernelsAVX512.packWeights)
    private static let avx2 = GemmKernels(
        widestPanel: 16, narrowestPanel: 16, gemmBlock: KernelsAVX2.gemmBlock, outerBlock: KernelsAVX2.outerBlock,
        gatherRows: KernelsAVX2.gatherRows,
        packWeights: KernelsAVX2.packWeights)
    private static let plain = GemmKernels(
        widestPanel: 8, narrowestPanel: 8, gemmBlock: KernelsPlain.gemmBlock, outerBlock: KernelsPlain.outerBlock,
        gatherRows: KernelsPlain.gatherRows,
        packWeights: KernelsPlain.packWeights)

    /// A run of lanes that one call works on.
    struct Panel: Sendable {
        let start: Int
        let width: Int
    }

    /// All lanes in panels, as wide as they go.
    func panels(lanes: Int) -> [Panel] {
        var panels: [Panel] = []
        var (start, width) = (0, widestPanel)
        while start < lanes {
            while width > narrowestPanel && start + width > lanes { width /= 2 }
            panels.append(Panel(start: start, width: width))
            start += width
        }
        return panels
    }
}
