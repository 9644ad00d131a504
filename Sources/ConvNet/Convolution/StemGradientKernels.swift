import KernelsAVX2
import KernelsAVX512
import KernelsPlain

/// The kernels of the stem's weight gradient, for one instruction set; see `Sources/Kernels/StemGradient.swift`.
struct StemGradientKernels: Sendable {
    let input:
        @Sendable (
            _ width: Int, _ first: Int, _ count: Int, _ tilesAcross: Int, _ plane: UnsafePointer<Float>,
            _ height: Int, _ columns: Int, _ lanes: Int, _ room: UnsafeMutablePointer<Float>,
            _ to: UnsafeMutablePointer<Float>, _ frequencyStride: Int
        ) -> Void

    let products:
        @Sendable (
            _ width: Int, _ tiles: Int, _ tileValues: UnsafePointer<Float>, _ valueStride: Int,
            _ places: UnsafePointer<Int>, _ gradients: UnsafePointer<Float>, _ gradientStride: Int,
            _ sums: UnsafeMutablePointer<Float>
        ) -> Void

    static func of(_ instructions: KernelSet.Instructions) -> StemGradientKernels {
        switch instructions {
        case .avx512: avx512
        case .avx2: avx2
        case .plain: plain
        }
    }

    private static let avx512 = StemGradientKernels(
        input: KernelsAVX512.stemGradientInput, products: KernelsAVX512.stemGradientProducts)
    private static let avx2 = StemGradientKernels(
        input: KernelsAVX2.stemGradientInput, products: KernelsAVX2.stemGradientProducts)
    private static let plain = StemGradientKernels(
        input: KernelsPlain.stemGradientInput, products: KernelsPlain.stemGradientProducts)
}
