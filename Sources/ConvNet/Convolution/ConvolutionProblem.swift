/// The shape of one convolution: everything but its values.
package struct ConvolutionProblem: Sendable, Hashable {
    package let inputChannels: Int
    package let outputChannels: Int
    package let geometry: ConvolutionGeometry
    /// Voxels of the input along axes 0, 1 and 2.
    package let input: SIMD3<Int>
    /// Voxels of the output.
    package let output: SIMD3<Int>

    /// - Precondition: channels and axes are at least one, and the padded input is at least as large as the kernel.
    package init(inputChannels: Int, outputChannels: Int, geometry: ConvolutionGeometry, input: SIMD3<Int>) {
        precondition(inputChannels > 0 && outputChannels > 0 && all(input .> 0), "a convolution is not empty")
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.geometry = geometry
        self.input = input
        output = geometry.outputShape(of: input)
        precondition(all(output .> 0), "the padded input is at least as large as the kernel")
    }

    /// Values of the weight (outputChannels, inputChannels, kernel 0, kernel 1, kernel 2).
    package var weightCount: Int { outputChannels * inputChannels * geometry.taps }

    /// Multiplications and additions of the direct sum, for one sample.
    package var operations: Int { 2 * weightCount * output.x * output.y * output.z }
}
