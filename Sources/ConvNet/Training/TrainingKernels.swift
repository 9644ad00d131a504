import KernelsAVX2
import KernelsAVX512
import KernelsPlain

/// The kernels of batch norm, max-pool and Adam in training, for one instruction set; see `Sources/Kernels`.
struct TrainingKernels: Sendable {
    typealias In = UnsafePointer<Float>
    typealias Out = UnsafeMutablePointer<Float>
    typealias Sums = UnsafeMutablePointer<Double>

    let normalise: @Sendable (_ rows: Int, _ lanes: Int, _ z: In, _ mean: In, _ factor: In, _ shift: In, _ relu: Bool, _ y: Out) -> Void
    let normaliseAdding:
        @Sendable (_ rows: Int, _ lanes: Int, _ z: In, _ mean: In, _ factor: In, _ shift: In, _ other: In, _ y: Out) -> Void
    let normaliseBoth:
        @Sendable (
            _ rows: Int, _ lanes: Int, _ z: In, _ mean: In, _ factor: In, _ shift: In, _ other: In, _ otherMean: In,
            _ otherFactor: In, _ otherShift: In, _ y: Out
        ) -> Void
    let spreadNorm:
        @Sendable (
            _ rows: Int, _ lanes: Int, _ dy: In, _ z: In, _ mean: In, _ factor: In, _ shift: In, _ slope: In,
            _ offset: In, _ throughReLU: Bool, _ dz: Out
        ) -> Void
    let scaleGradient: @Sendable (_ rows: Int, _ lanes: Int, _ dy: In, _ y: In?, _ factor: In, _ dz: Out) -> Void
    let maskGradient: @Sendable (_ count: Int, _ y: In, _ dy: Out) -> Void
    let meanOfRows: @Sendable (_ rows: Int, _ lanes: Int, _ z: In, _ mean: Out) -> Void
    let moments: @Sendable (_ rows: Int, _ lanes: Int, _ z: In, _ reference: In, _ sum: Sums, _ squares: Sums) -> Void
    let reduceNorm:
        @Sendable (_ rows: Int, _ lanes: Int, _ dy: Out, _ y: In?, _ z: In, _ mean: In, _ sum: Sums, _ product: Sums) -> Void
    let reduceNormThroughReLU:
        @Sendable (
            _ rows: Int, _ lanes: Int, _ dy: In, _ z: In, _ mean: In, _ factor: In, _ shift: In, _ y: Out?,
            _ sum: Sums, _ product: Sums
        ) -> Void
    let extremeLine:
        @Sendable (
            _ z: In, _ height: Int, _ width: Int, _ lanes: Int, _ firstA: Int, _ endA: Int, _ firstB: Int,
            _ endB: Int, _ firstTap: Int, _ kernel: Int, _ stride: Int, _ padding: Int, _ count: Int, _ sign: In,
            _ to: Out, _ taps: UnsafeMutablePointer<UInt8>
        ) -> Void
    let extremeGradientLine:
        @Sendable (
            _ z: Out, _ width: Int, _ lanes: Int, _ dy: In, _ taps: UnsafePointer<UInt8>, _ height: Int,
            _ count: Int, _ firstA: Int, _ endA: Int, _ firstB: Int, _ endB: Int, _ firstTap: Int, _ kernel: Int,
            _ stride: Int, _ padding: Int, _ mean: In, _ factor: In, _ slope: In, _ offset: In
        ) -> Void
    let adamStep:
        @Sendable (
            _ count: Int, _ parameters: Out, _ gradients: In, _ first: Out, _ second: Out, _ keep1: Float,
            _ take1: Float, _ keep2: Float, _ take2: Float, _ rate: Float, _ root: Float, _ epsilon: Float
        ) -> Void

    static func of(_ instructions: KernelSet.Instructions) -> TrainingKernels {
        switch instructions {
        case .avx512: avx512
        case .avx2: avx2
        case .plain: plain
        }
    }

    private static let avx512 = TrainingKernels(
        normalise: KernelsAVX512.normalise, normaliseAdding: KernelsAVX512.normaliseAdding,
        normaliseBoth: KernelsAVX512.normaliseBoth, spreadNorm: KernelsAVX512.spreadNorm,
        scaleGradient: KernelsAVX512.scaleGradient, maskGradient: KernelsAVX512.maskGradient,
        meanOfRows: KernelsAVX512.meanOfRows, moments: KernelsAVX512.moments, reduceNorm: KernelsAVX512.reduceNorm,
        reduceNormThroughReLU: KernelsAVX512.reduceNormThroughReLU, extremeLine: KernelsAVX512.extremeLine,
        extremeGradientLine: KernelsAVX512.extremeGradientLine, adamStep: KernelsAVX512.adamStep)

    private static let avx2 = TrainingKernels(
        normalise: KernelsAVX2.normalise, normaliseAdding: KernelsAVX2.normaliseAdding,
        normaliseBoth: KernelsAVX2.normaliseBoth, spreadNorm: KernelsAVX2.spreadNorm,
        scaleGradient: KernelsAVX2.scaleGradient, maskGradient: KernelsAVX2.maskGradient,
        meanOfRows: KernelsAVX2.meanOfRows, moments: KernelsAVX2.moments, reduceNorm: KernelsAVX2.reduceNorm,
        reduceNormThroughReLU: KernelsAVX2.reduceNormThroughReLU, extremeLine: KernelsAVX2.extremeLine,
        extremeGradientLine: KernelsAVX2.extremeGradientLine, adamStep: KernelsAVX2.adamStep)

    private static let plain = TrainingKernels(
        normalise: KernelsPlain.normalise, normaliseAdding: KernelsPlain.normaliseAdding,
        normaliseBoth: KernelsPlain.normaliseBoth, spreadNorm: KernelsPlain.spreadNorm,
        scaleGradient: KernelsPlain.scaleGradient, maskGradient: KernelsPlain.maskGradient,
        meanOfRows: KernelsPlain.meanOfRows, moments: KernelsPlain.moments, reduceNorm: KernelsPlain.reduceNorm,
        reduceNormThroughReLU: KernelsPlain.reduceNormThroughReLU, extremeLine: KernelsPlain.extremeLine,
        extremeGradientLine: KernelsPlain.extremeGradientLine, adamStep: KernelsPlain.adamStep)
}

extension Execution {
    var trainingKernels: TrainingKernels { .of(kernels.instructions) }
}
