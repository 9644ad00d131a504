/// A residual block: convolutions one after the other and a shortcut around them (He et al. 2016).
///
/// x₀ = x; xᵢ = relu(normᵢ(convᵢ(xᵢ₋₁))) for all but the last; y = relu(normₙ(convₙ(xₙ₋₁)) + shortcut(x)).
package struct BlockPlan: Sendable, Hashable {
    package enum Shortcut: Sendable, Hashable {
        /// The input itself.
        case identity
        /// Shortcut A: every stride-th voxel of the input, and zeros for the channels that it lacks.
        case zeroPad(stride: Int)
        /// Shortcut B: a 1×1×1 convolution with batch norm, no ReLU.
        case projection(ConvolutionPlan)
    }

    /// Begin of its parameters' names, as in "layer2.0".
    package let name: String
    /// The stage that it is part of.
    package let stage: Architecture.Stage
    /// Two of 3×3×3, or a bottleneck's three: 1×1×1, 3×3×3 with the stride, 1×1×1.
    package let convolutions: [ConvolutionPlan]
    package let shortcut: Shortcut
    package let inputChannels: Int
    package let outputChannels: Int
    /// Along each axis; taken by the first convolution of 3×3×3 and by the shortcut.
    package let stride: Int

    /// Voxels of the output along axes 0, 1 and 2.
    package func output(of input: SIMD3<Int>) -> SIMD3<Int> { (input &- 1) / SIMD3(repeating: stride) &+ 1 }

    /// The convolutions, and the shortcut's at the end where it has one: the order of the parameters in PyTorch.
    package var allConvolutions: [ConvolutionPlan] {
        if case .projection(let projection) = shortcut { convolutions + [projection] } else { convolutions }
    }
}
