/// Which algorithm computes which convolution.
package enum ConvolutionChoice {
    /// The fastest algorithm for a problem; it depends on the shape alone, so that the same network gives the same bits.
    package static func algorithm(for problem: ConvolutionProblem) -> any ConvolutionAlgorithm {
        WinogradConvolution.isWorthwhile(problem) ? WinogradConvolution(problem) : GemmConvolution(problem)
    }
}
