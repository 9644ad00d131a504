/// A convolution of the network, without bias, and the batch norm that follows it: names and shapes.
package struct ConvolutionPlan: Sendable, Hashable {
    /// Its weight is the tensor `name` + ".weight", (outputChannels, inputChannels, kernel 0, kernel 1, kernel 2).
    package let name: String
    /// The batch norm's tensors are `norm` + ".weight", ".bias", ".running_mean" and ".running_var", (outputChannels).
    package let norm: String
    package let inputChannels: Int
    package let outputChannels: Int
    package let geometry: ConvolutionGeometry

    /// A cubic kernel, padded by half of what it spans.
    init(
        _ name: String, norm: String, from inputChannels: Int, to outputChannels: Int, kernel: Int, stride: SIMD3<Int>,
        dilation: Int = 1
    ) {
        self.name = name
        self.norm = norm
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        geometry = ConvolutionGeometry(
            kernel: SIMD3(repeating: kernel), stride: stride, padding: SIMD3(repeating: dilation * (kernel / 2)),
            dilation: SIMD3(repeating: dilation))
    }

    package var weightName: String { name + ".weight" }

    /// (outputChannels, inputChannels, kernel 0, kernel 1, kernel 2)
    package var weightShape: [Int] {
        [outputChannels, inputChannels, geometry.kernel.x, geometry.kernel.y, geometry.kernel.z]
    }

    /// - Parameter input: voxels along axes 0, 1 and 2.
    package func problem(input: SIMD3<Int>) -> ConvolutionProblem {
        ConvolutionProblem(
            inputChannels: inputChannels, outputChannels: outputChannels, geometry: geometry, input: input)
    }
}
