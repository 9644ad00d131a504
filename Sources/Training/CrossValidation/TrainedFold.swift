package import ConvNet

/// What training on one fold gives to its evaluation.
package struct TrainedFold: Sendable {
    /// The best weights, by PyTorch's names.
    package var state: [String: Tensor]
    /// (control, FCD) of the fold's validation subjects, by label, with those weights.
    package var validationLogits: [String: [Double]]
    /// Epochs that were run.
    package var epochs: Int

    package init(state: [String: Tensor], validationLogits: [String: [Double]], epochs: Int) {
        self.state = state
        self.validationLogits = validationLogits
        self.epochs = epochs
    }
}
