/// Adam (Kingma and Ba 2015) with PyTorch's formula, without weight decay.
///
/// m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², p ← p − (η / (1 − β₁ᵗ)) · m / (√v / √(1 − β₂ᵗ) + ε).
package final class Adam {
    static let beta1 = 0.9
    static let beta2 = 0.999
    static let epsilon = 1e-8
    private static let blockFloats = 1 << 16

    /// Steps taken.
    package var steps = 0
    /// The means m and v of the gradient and of its square, in the order of the parameters.
    package let first: AlignedMemory
    package let second: AlignedMemory

    /// - Parameter count: parameters, a multiple of 16.
    package init(count: Int) {
        precondition(count % Activations.vector == 0, "whole vectors of parameters")
        first = AlignedMemory(count: count)
        second = AlignedMemory(count: count)
    }

    /// Changes all parameters by one step.
    package func step(
        _ parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, learningRate: Double,
        _ execution: Execution
    ) {
        steps += 1
        let rate = Float(learningRate / (1 - Self.power(Self.beta1, steps)))
        let root = Float(1 / (1 - Self.power(Self.beta2, steps)).squareRoot())
        let kernel = execution.trainingKernels.adamStep
        let count = first.count
        Workers.run(threads: execution.threads, items: (count + Self.blockFloats - 1) / Self.blockFloats) { items in
            while let block = items.next() {
                let at = block * Self.blockFloats
                kernel(
                    min(Self.blockFloats, count - at), parameters + at, gradients + at, first.base + at,
                    second.base + at, Float(Self.beta1), Float(1 - Self.beta1), Float(Self.beta2),
                    Float(1 - Self.beta2), rate, root, Float(Self.epsilon))
            }
        }
    }

    /// base to the power of a positive whole number.
    private static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, square, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return result
    }
}
