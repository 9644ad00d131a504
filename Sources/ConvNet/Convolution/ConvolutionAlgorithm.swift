/// One way to compute convolutions of one problem, forward and backward, on activations with their channels side by side.
///
/// Weights are always given as PyTorch stores them, (outputChannels, inputChannels, kernel 0, kernel 1, kernel 2); what an
/// algorithm makes of them it keeps in the execution's scratch memory. Every result depends on the
/// shapes, the kernels and the thread count alone. Activations may have several samples; all of them share the weights.
package protocol ConvolutionAlgorithm: Sendable {
    var problem: ConvolutionProblem { get }

    /// y = epilogue(scale · w ∗ x).
    ///
    /// - Parameters:
    ///   - scale: one factor per output channel (a folded batch norm), or nil.
    ///   - y: of the problem's output shape, overwritten; not the memory of `x`.
    func forward(
        _ x: Activations, weight: UnsafePointer<Float>, scale: [Float]?, epilogue: Epilogue, into y: Activations,
        _ execution: Execution)

    /// dx = wᵀ ∗ dy, the gradient of the input; added to what `dx` holds where `adds`.
    func inputGradient(
        _ dy: Activations, weight: UnsafePointer<Float>, into dx: Activations, adds: Bool, _ execution: Execution)

    /// dw = x ∗ dy summed over all samples, in the layout of the weight; overwritten.
    func weightGradient(
        _ x: Activations, _ dy: Activations, into dw: UnsafeMutablePointer<Float>, _ execution: Execution)
}
