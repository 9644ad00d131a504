/// Batch normalisation with fixed statistics, as at inference.
///
/// y = (x − mean) / √(variance + ε) · weight + bias, per channel (Ioffe and Szegedy 2015); ε as in PyTorch.
package struct BatchNorm: Sendable {
    static let epsilon = 1e-5

    /// y = scale · x + offset, per channel.
    package let scale: [Double]
    package let offset: [Double]

    /// - Precondition: four values per channel.
    package init(weight: [Float], bias: [Float], runningMean: [Float], runningVariance: [Float]) {
        let channels = weight.count
        precondition([bias, runningMean, runningVariance].allSatisfy { $0.count == channels }, "one value per channel")
        scale = (0..<channels).map { Double(weight[$0]) / (Double(runningVariance[$0]) + Self.epsilon).squareRoot() }
        offset = zip(scale, 0..<channels).map { scale, c in Double(bias[c]) - Double(runningMean[c]) * scale }
    }
}
