/// `result.json`: what a run came to, without its weights.
package struct FitSummary: Sendable, Codable, Hashable {
    package var epochs: Int
    package var stoppedEarly: Bool
    /// Counted from 1; its weights are `weights.safetensors`.
    package var bestEpoch: Int
    package var best: EpochRecord
    package var seconds: Double
    package var threads: Int
    package var validationLogits: [String: [Double]]
    /// Subjects of the fold that trained nowhere, with the reason.
    package var leftOut: [SampleStore.Refusal]

    init(_ result: FitResult, refusals: [SampleStore.Refusal], threads: Int) {
        epochs = result.history.count
        stoppedEarly = result.stoppedAfter != nil
        bestEpoch = result.bestEpoch
        best = result.history[result.bestEpoch - 1]
        seconds = result.history.reduce(0) { $0 + $1.seconds }
        self.threads = threads
        validationLogits = result.validationLogits
        leftOut = refusals
    }
}
