import KernelsAVX2
import KernelsAVX512
import KernelsPlain

/// The kernels of the stem and of max-pooling, for one instruction set; see the functions of the same names in
/// `Sources/Kernels`.
struct StemKernels: Sendable {
    let input:
        @Sendable (
            _ plane: UnsafePointer<Float>?, _ height: Int, _ width: Int, _ tilesDown: Int, _ tilesAcross: Int,
            _ room: UnsafeMutablePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ group: Int, _ frequencyStride: Int
        ) -> Void

    let products:
        @Sendable (
            _ width: Int, _ tiles: Int, _ frequencies: Int, _ tileValues: UnsafePointer<Float>, _ valueStride: Int,
            _ places: UnsafePointer<Int>, _ depth: Int, _ chunk: Int, _ weights: UnsafePointer<Float>,
            _ to: UnsafeMutablePointer<Float>, _ frequencyStride: Int
        ) -> Void

    let output:
        @Sendable (
            _ width: Int, _ first: Int, _ count: Int, _ tilesAcross: Int, _ products: UnsafePointer<Float>,
            _ frequencyStride: Int, _ room: UnsafeMutablePointer<Float>, _ plane: UnsafeMutablePointer<Float>,
            _ height: Int, _ columns: Int, _ lanes: Int, _ bias: UnsafePointer<Float>?, _ relu: Bool
        ) -> Void

    let lineInput:
        @Sendable (
            _ plane: UnsafePointer<Float>?, _ height: Int, _ width: Int, _ rows: Int, _ tiles: Int,
            _ room: UnsafeMutablePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ frequencyStride: Int
        ) -> Void

    let lineOutput:
        @Sendable (
            _ width: Int, _ first: Int, _ count: Int, _ tile: Int, _ products: UnsafePointer<Float>,
            _ frequencyStride: Int, _ plane: UnsafeMutablePointer<Float>, _ columns: Int, _ lanes: Int,
            _ bias: UnsafePointer<Float>?, _ relu: Bool
        ) -> Void

    let poolPlane:
        @Sendable (
            _ plane: UnsafePointer<Float>, _ height: Int, _ width: Int, _ lanes: Int,
            _ to: UnsafeMutablePointer<Float>, _ first: Bool
        ) -> Void

    let poolLine:
        @Sendable (
            _ lines: UnsafePointer<UnsafePointer<Float>?>, _ width: Int, _ lanes: Int,
            _ to: UnsafeMutablePointer<Float>, _ taps: UnsafeMutablePointer<UInt8>
        ) -> Void

    let unpoolLine:
        @Sendable (
            _ dy: UnsafePointer<UnsafePointer<Float>?>, _ taps: UnsafePointer<UnsafePointer<UInt8>?>,
            _ firstTaps: UnsafePointer<Int>, _ width: Int, _ lanes: Int, _ dx: UnsafeMutablePointer<Float>
        ) -> Void

    static func of(_ instructions: KernelSet.Instructions) -> StemKernels {
        switch instructions {
        case .avx512: avx512
        case .avx2: avx2
        case .plain: plain
        }
    }

    private static let avx512 = StemKernels(
        input: KernelsAVX512.stemInput, products: KernelsAVX512.stemProducts, output: KernelsAVX512.stemOutput,
        lineInput: KernelsAVX512.stemLineInput, lineOutput: KernelsAVX512.stemLineOutput,
        poolPlane: KernelsAVX512.poolPlane, poolLine: KernelsAVX512.poolLine, unpoolLine: KernelsAVX512.unpoolLine)
    private static let avx2 = StemKernels(
        input: KernelsAVX2.stemInput, products: KernelsAVX2.stemProducts, output: KernelsAVX2.stemOutput,
        lineInput: KernelsAVX2.stemLineInput, lineOutput: KernelsAVX2.stemLineOutput,
        poolPlane: KernelsAVX2.poolPlane, poolLine: KernelsAVX2.poolLine, unpoolLine: KernelsAVX2.unpoolLine)
    private static let plain = StemKernels(
        input: KernelsPlain.stemInput, products: KernelsPlain.stemProducts, output: KernelsPlain.stemOutput,
        lineInput: KernelsPlain.stemLineInput, lineOutput: KernelsPlain.stemLineOutput,
        poolPlane: KernelsPlain.poolPlane, poolLine: KernelsPlain.poolLine, unpoolLine: KernelsPlain.unpoolLine)
}
