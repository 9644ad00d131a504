/// An ensemble's score for one image.
package struct ModalityScore: Codable, Sendable, Hashable {
    /// Mean of the members' calibrated softmax values for the FCD class, 0…1. Not a probability of disease.
    package var mean: Double
    package var minimum: Double
    package var maximum: Double
    package var threshold: Double
    /// True where `mean` is over `threshold`.
    package var isOverThreshold: Bool
    package var members: [MemberScore]

    package init(members: [MemberScore], threshold: Double) {
        precondition(!members.isEmpty, "an ensemble has members")
        let scores = members.map(\.score)
        self.mean = scores.reduce(0, +) / Double(scores.count)
        self.minimum = scores.min() ?? 0
        self.maximum = scores.max() ?? 0
        self.threshold = threshold
        self.isOverThreshold = mean > threshold
        self.members = members
    }
}

/// One network's answer.
package struct MemberScore: Codable, Sendable, Hashable {
    /// File name inside the bundle.
    package var file: String
    package var sha256: String
    package var fold: Int?
    /// (control, FCD), as the network computed them.
    package var logits: [Double]
    /// Calibrated softmax of the FCD class, 0…1.
    package var score: Double

    package init(file: String, sha256: String, fold: Int?, logits: [Double], score: Double) {
        self.file = file
        self.sha256 = sha256
        self.fold = fold
        self.logits = logits
        self.score = score
    }
}
