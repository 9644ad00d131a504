import ConvNet

/// Temperature scaling: logits are divided by the temperature before the softmax.
package struct Calibration: Codable, Sendable, Hashable {
    /// Over 0; 1 leaves the network's own softmax. Over 1 draws scores towards 0.5.
    package var temperature: Double

    package init(temperature: Double = 1) { self.temperature = temperature }

    /// Calibrated softmax of one class, 0…1; stable for logits of any finite size.
    package func score(logits: [Double], targetClass: Int) -> Double {
        precondition(logits.indices.contains(targetClass), "the class is one of the logits'")
        return Softmax.probabilities(logits.map { $0 / temperature })[targetClass]
    }
}
