/// Adam (Kingma and Ba 2015) with PyTorch's formula, without weight decay.
///
/// m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², p ← p − (η / (1 − β₁ᵗ)) · m / (√v / √(1 − β₂ᵗ) + ε).
package final class Adam {
    static let beta1 = 0.9
    static let beta2 = 0.999
    static let epsilon = 1e-8
    private static let blockVectors = 1 << 12

    /// Steps taken.
    package private(set) var steps = 0
    private let first: AlignedMemory
    private let second: AlignedMemory

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
        let root = Float((1 - Self.power(Self.beta2, steps)).squareRoot())
        typealias Vector = SIMD16<Float>
        let p = UnsafeMutableRawPointer(parameters).assumingMemoryBound(to: Vector.self)
        let g = UnsafeRawPointer(gradients).assumingMemoryBound(to: Vector.self)
        let m = UnsafeMutableRawPointer(first.base).assumingMemoryBound(to: Vector.self)
        let v = UnsafeMutableRawPointer(second.base).assumingMemoryBound(to: Vector.self)
        let count = first.count / Activations.vector
        let blocks = (count + Self.blockVectors - 1) / Self.blockVectors
        let (keep1, take1) = (Float(Self.beta1), Float(1 - Self.beta1))
        let (keep2, take2) = (Float(Self.beta2), Float(1 - Self.beta2))
        Workers.run(threads: execution.threads, items: blocks) { items in
            while let block = items.next() {
                for i in (block * Self.blockVectors)..<min(count, (block + 1) * Self.blockVectors) {
                    let gradient = g[i]
                    let mean = keep1 * m[i] + take1 * gradient
                    let square = keep2 * v[i] + take2 * gradient * gradient
                    m[i] = mean
                    v[i] = square
                    p[i] -= rate * mean / (square.squareRoot() / root + Float(Self.epsilon))
                }
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
