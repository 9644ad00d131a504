import CCPU
import Glibc
import KernelsAVX2
import KernelsAVX512
import KernelsPlain

/// The kernels of one instruction set. The source of all is the same (`Sources/Kernels`); which one runs is chosen at run
/// time, by what the processor has.
///
/// Kernels check nothing: whoever calls one checks the shapes.
package struct KernelSet: Sendable {
    /// An instruction set, under the name that `FCDWATCH_KERNELS` forces it by.
    package enum Instructions: String, Sendable, CaseIterable {
        case avx512
        case avx2
        case plain
    }

    package let instructions: Instructions

    /// C = A · B, or C += A · B; see `multiply` in `Sources/Kernels`.
    package let multiply:
        @Sendable (
            _ rows: Int, _ columns: Int, _ depth: Int, _ panel: Int, _ a: UnsafePointer<Float>, _ aRow: Int,
            _ aDepth: Int, _ b: UnsafePointer<Float>, _ bDepth: Int, _ bPanel: Int,
            _ c: UnsafeMutablePointer<Float>, _ cRow: Int, _ adds: Bool
        ) -> Void

    /// See `winogradInput` in `Sources/Kernels`; likewise those that follow.
    let winogradInput:
        @Sendable (
            _ tile: UnsafePointer<Tile>, _ x: UnsafePointer<Float>, _ v: UnsafeMutablePointer<Float>,
            _ scratch: UnsafeMutablePointer<Float>
        ) -> Void
    let winogradOutput:
        @Sendable (
            _ tile: UnsafePointer<Tile>, _ m: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
            _ bias: UnsafePointer<Float>?, _ residual: UnsafePointer<Float>?, _ relu: Bool,
            _ scratch: UnsafeMutablePointer<Float>
        ) -> Void
    let winogradGradient:
        @Sendable (
            _ tile: UnsafePointer<Tile>, _ dy: UnsafePointer<Float>, _ z: UnsafeMutablePointer<Float>,
            _ scratch: UnsafeMutablePointer<Float>
        ) -> Void
    let winogradWeight:
        @Sendable (
            _ weight: UnsafePointer<Float>, _ outputStride: Int, _ inputStride: Int, _ flipped: Bool, _ outputs: Int,
            _ inputs: Int, _ panel: Int, _ scale: UnsafePointer<Float>?, _ nd: Int, _ nh: Int, _ nw: Int,
            _ u: UnsafeMutablePointer<Float>, _ frequencyStride: Int, _ scratch: UnsafeMutablePointer<Float>
        ) -> Void
    let winogradWeightGradient:
        @Sendable (
            _ u: UnsafePointer<Float>, _ frequencyStride: Int, _ inputStride: Int, _ nd: Int, _ nh: Int, _ nw: Int,
            _ inputs: Int, _ outputs: Int, _ dw: UnsafeMutablePointer<Float>, _ outputStride: Int, _ adds: Bool,
            _ scratch: UnsafeMutablePointer<Float>
        ) -> Void

    private static let avx512 = KernelSet(
        instructions: .avx512, multiply: KernelsAVX512.multiply, winogradInput: KernelsAVX512.winogradInput,
        winogradOutput: KernelsAVX512.winogradOutput, winogradGradient: KernelsAVX512.winogradGradient,
        winogradWeight: KernelsAVX512.winogradWeight, winogradWeightGradient: KernelsAVX512.winogradWeightGradient)
    private static let avx2 = KernelSet(
        instructions: .avx2, multiply: KernelsAVX2.multiply, winogradInput: KernelsAVX2.winogradInput,
        winogradOutput: KernelsAVX2.winogradOutput, winogradGradient: KernelsAVX2.winogradGradient,
        winogradWeight: KernelsAVX2.winogradWeight, winogradWeightGradient: KernelsAVX2.winogradWeightGradient)
    private static let plain = KernelSet(
        instructions: .plain, multiply: KernelsPlain.multiply, winogradInput: KernelsPlain.winogradInput,
        winogradOutput: KernelsPlain.winogradOutput, winogradGradient: KernelsPlain.winogradGradient,
        winogradWeight: KernelsPlain.winogradWeight, winogradWeightGradient: KernelsPlain.winogradWeightGradient)

    /// The sets that this processor can run, fastest first. `plain` is always the last.
    package static let supported: [KernelSet] = [avx512, avx2, plain].suffix(1 + Int(ccpu_level()))

    /// The set with that name, or the fastest where the name is nil or empty.
    ///
    /// - Throws: `ConvNetError(.kernelsUnsupported)` for a name that is unknown or that this processor cannot run.
    package static func named(_ name: String?) throws(ConvNetError) -> KernelSet {
        guard let name, !name.isEmpty else { return supported[0] }
        guard let set = supported.first(where: { $0.instructions.rawValue == name }) else {
            let names = supported.map(\.instructions.rawValue).joined(separator: ", ")
            throw ConvNetError(
                .kernelsUnsupported,
                "This processor has no such kernels; set FCDWATCH_KERNELS to one of \(names), or not at all.",
                subject: name)
        }
        return set
    }

    /// The set that `FCDWATCH_KERNELS` asks for, else the fastest. Programs ask when they start, so that a wrong name is
    /// an error message.
    package static func requested() throws(ConvNetError) -> KernelSet {
        try named(getenv("FCDWATCH_KERNELS").map { String(cString: $0) })
    }

    /// What `requested()` said first.
    package static let standard: KernelSet = {
        do {
            return try requested()
        } catch {
            preconditionFailure("\(error)")
        }
    }()
}
