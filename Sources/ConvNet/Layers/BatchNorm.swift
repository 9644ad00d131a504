/// Batch normalisation with fixed statistics, as at inference.
///
/// y = (x − mean) / √(variance + ε) · weight + bias, per channel (Ioffe and Szegedy 2015); ε as in PyTorch.
package struct BatchNorm: Sendable {
    static let epsilon = 1e-5

    /// y = scale · x + offset, per channel.
    let scale: [Double]
    let offset: [Double]

    /// - Precondition: four values per channel.
    package init(weight: [Float], bias: [Float], runningMean: [Float], runningVariance: [Float]) {
        let channels = weight.count
        precondition([bias, runningMean, runningVariance].allSatisfy { $0.count == channels }, "one value per channel")
        scale = (0..<channels).map { Double(weight[$0]) / (Double(runningVariance[$0]) + Self.epsilon).squareRoot() }
        offset = zip(scale, 0..<channels).map { scale, c in Double(bias[c]) - Double(runningMean[c]) * scale }
    }

    /// - Parameter input: (n, channels, d, h, w)
    package func forward(_ input: Tensor) -> Tensor {
        precondition(input.shape[1] == scale.count, "the input has the channels of the statistics")
        let length = input.spatialCount
        var output = input
        output.values.withUnsafeMutableBufferPointer { values in
            for row in 0..<(input.shape[0] * scale.count) {
                let (a, b) = (scale[row % scale.count], offset[row % scale.count])
                for i in (row * length)..<((row + 1) * length) { values[i] = Float(Double(values[i]) * a + b) }
            }
        }
        return output
    }
}
