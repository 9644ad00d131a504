package import ConvNet

/// A trained network and how it came about.
package struct FitResult: Sendable {
    /// Every tensor of the epoch with the smallest validation loss.
    package var state: [String: Tensor]
    package var history: [EpochRecord]
    /// Number of the epoch after which early stopping ended training; nil where it ran to its last epoch.
    package var stoppedAfter: Int?
    /// Counted from 1.
    package var bestEpoch: Int
    /// Logits of the validation scans from `state`, by subject.
    package var validationLogits: [String: [Double]]
}
