/// Which algorithm computes which convolution.
package enum ConvolutionChoice {
    /// The fastest algorithm for a problem, forward and backward. It depends on the shape alone, so that the same network
    /// gives the same bits on every run.
    ///
    /// Winograd's is the fastest for 3×3×3 kernels of stride 1 in every direction, two to six times; all others have the
    /// general one.
    package static func algorithm(for problem: ConvolutionProblem) -> any ConvolutionAlgorithm {
        WinogradConvolution.isWorthwhile(problem) ? WinogradConvolution(problem) : GemmConvolution(problem)
    }
}
