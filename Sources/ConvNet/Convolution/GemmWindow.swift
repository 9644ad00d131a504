/// Which rows of one activation are multiplied with which weights to give which rows of another.
///
/// Rows of the target that meet the same taps are one window: in a forward pass all of them, in the gradient of the input
/// of a strided convolution those with the same remainder of their place by the stride. A target row (i, j, k) counted
/// within its window lies at `first + (i, j, k) · step`; under tap t lies the source voxel `(i, j, k) · sourceStep + shifts[t]`,
/// or nothing where that is outside.
struct GemmWindow: Sendable {
    /// Target rows along axes 0, 1 and 2.
    let count: SIMD3<Int>
    let first: SIMD3<Int>
    let step: SIMD3<Int>
    let sourceStep: SIMD3<Int>
    /// Taps as PyTorch counts them within the kernel.
    let taps: [Int]
    let shifts: [SIMD3<Int>]

    var rows: Int { count.x * count.y * count.z }

    /// The single window of a forward pass.
    static func forward(_ problem: ConvolutionProblem) -> GemmWindow {
        let geometry = problem.geometry
        return GemmWindow(
            count: problem.output, first: SIMD3(), step: SIMD3(repeating: 1), sourceStep: geometry.stride,
            taps: Array(0..<geometry.taps),
            shifts: places(in: geometry.kernel).map { $0 &* geometry.dilation &- geometry.padding })
    }

    /// The windows of the gradient of the input, one for each remainder that occurs; every tap belongs to one of them.
    static func inputGradient(_ problem: ConvolutionProblem) -> [GemmWindow] {
        let geometry = problem.geometry
        let taps = places(in: geometry.kernel)
        return places(in: pointwiseMin(geometry.stride, problem.input)).map { first in
            // Output voxel o is under tap t of input voxel v where o · stride = v + padding − t · dilation.
            let remainder = first &+ geometry.padding
            let mine = taps.indices.filter { tap in
                let distance = remainder &- taps[tap] &* geometry.dilation
                return (0..<3).allSatisfy { distance[$0] % geometry.stride[$0] == 0 }
            }
            return GemmWindow(
                count: (problem.input &- first &+ geometry.stride &- 1) / geometry.stride, first: first,
                step: geometry.stride, sourceStep: SIMD3(repeating: 1), taps: mine,
                shifts: mine.map { (remainder &- taps[$0] &* geometry.dilation) / geometry.stride })
        }
    }

    /// All places inside a box, in C order.
    private static func places(in box: SIMD3<Int>) -> [SIMD3<Int>] {
        (0..<box.x).flatMap { i in (0..<box.y).flatMap { j in (0..<box.z).map { k in SIMD3(i, j, k) } } }
    }
}
