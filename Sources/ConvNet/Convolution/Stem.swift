/// The first layer of the network: a convolution of 7×7×7 over one input channel, stride (1 or 2, 2, 2), padding 3.
///
/// The input is a plain volume (d, h, w): filled up to a vector of channels it would be sixteen times as large. For use,
/// batch norm, ReLU and the max-pooling that follows are done plane by plane, so that the convolution's output, the
/// largest tensor of the network, is never stored. For training the output is stored, with smaller errors, and the
/// weight's gradient computed.
///
/// Several samples lie one after another. Results depend on shapes and kernels alone, for any number of threads.
package struct Stem: Sendable {
    package let problem: ConvolutionProblem
    /// Voxels after max-pooling with a window of 3, stride 2 and padding 1.
    package let pooled: SIMD3<Int>

    /// - Parameters:
    ///   - firstStride: along axis 0: 1 or 2.
    ///   - input: voxels of the volume.
    package init(outputChannels: Int, firstStride: Int, input: SIMD3<Int>) {
        precondition(firstStride == 1 || firstStride == 2, "the stem's first stride is 1 or 2")
        let geometry = ConvolutionGeometry(
            kernel: SIMD3(repeating: 7), stride: SIMD3(firstStride, 2, 2), padding: SIMD3(repeating: 3))
        problem = ConvolutionProblem(
            inputChannels: 1, outputChannels: outputChannels, geometry: geometry, input: input)
        pooled = (problem.output &+ 1) / 2
    }

    /// Floats of one sample.
    package var inputCount: Int { problem.input.x * problem.input.y * problem.input.z }

    /// y = maxpool(max(0, scale · w ∗ x + bias)); NaN stays visible.
    ///
    /// - Parameters:
    ///   - x: (samples, d, h, w), as many samples as `y` has.
    ///   - weight: (outputChannels, 1, 7, 7, 7)
    ///   - bias: one value per output channel, filled up with zeros to a whole vector of 16.
    ///   - y: of the shape `pooled`, overwritten.
    package func forwardPooled(
        _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, scale: [Float]?, bias: UnsafePointer<Float>?,
        into y: Activations, _ execution: Execution
    ) {
        precondition(y.shape == pooled && y.channels == problem.outputChannels, "the output is the pooled stem's")
        StemPass(self, StemTiles(problem, execution.kernels.instructions), execution).run(
            x, weight: weight, scale: scale, Epilogue(bias: bias, relu: true), into: y, pools: true)
    }

    /// y = epilogue(scale · w ∗ x), not pooled: what training keeps. Slower than `forwardPooled`, with a fifth of its error.
    ///
    /// - Parameters:
    ///   - x: (samples, d, h, w), as many samples as `y` has.
    ///   - epilogue: without a residual.
    ///   - y: of the problem's output shape, overwritten.
    package func forward(
        _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, scale: [Float]? = nil, epilogue: Epilogue = Epilogue(),
        into y: Activations, _ execution: Execution
    ) {
        precondition(y.shape == problem.output && y.channels == problem.outputChannels, "the output is the stem's")
        precondition(epilogue.residual == nil, "nothing is added to the stem's output")
        StemPass(self, StemLines(problem, execution.kernels.instructions), execution).run(
            x, weight: weight, scale: scale, epilogue, into: y, pools: false)
    }

    /// dw = x ∗ dy summed over all samples, (outputChannels, 1, 7, 7, 7); overwritten.
    package func weightGradient(
        _ x: UnsafePointer<Float>, _ dy: Activations, into dw: UnsafeMutablePointer<Float>, _ execution: Execution
    ) {
        precondition(dy.shape == problem.output && dy.channels == problem.outputChannels, "the output is the stem's")
        // Tiles of 4×4 voxels that hang over are worth it only where there are many.
        if problem.output.y >= 8 && problem.output.z >= 8 {
            StemWinogradGradient(self, execution).run(x, dy, into: dw)
        } else {
            StemWeightGradient(self, execution).run(x, dy, into: dw)
        }
    }
}
