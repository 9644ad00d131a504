package import Screening

/// Calibration and threshold from subjects that the networks were not fitted to.
package struct ValidationScores: Sendable {
    /// Scans that are told apart without a fault would draw the temperature to 0 and every score to 0 or 1: no small set shows
    /// that much certainty.
    package static let temperatures = 0.5...20.0
    /// Used where the rule says so, and where the scores tell nothing, as where all are of one group.
    package static let half = 0.5
    /// A threshold lies strictly inside 0…1.
    private static let margin = 1e-6

    package var calibration: Calibration
    package var threshold: Double
    /// Calibrated, in the order of `labels`.
    package var scores: [Double]
    /// True for FCD.
    package var labels: [Bool]

    /// The validation subjects of folds, pooled, each scored by its fold's own member.
    ///
    /// - Parameter subjects: for each fold, with the labels that were trained on.
    package init(_ folds: [TrainedFold], _ subjects: [[Subject]], rule: ThresholdRule) {
        let scans = zip(folds, subjects).flatMap { fold, subjects in
            let groups = Dictionary(subjects.map { ($0.id, $0.group) }, uniquingKeysWith: { first, _ in first })
            return fold.validationLogits.sorted { $0.key < $1.key }.compactMap { id, logits in
                groups[id].map { (logits: [logits], isPatient: $0 == .fcd) }
            }
        }
        self.init(logits: scans.map(\.logits), labels: scans.map(\.isPatient), rule: rule)
    }

    /// - Parameter logits: for each scan, of each member, (control, FCD). The temperature is the members' own; the threshold
    ///   is that of their mean score.
    package init(logits: [[[Double]]], labels: [Bool], rule: ThresholdRule) {
        precondition(logits.count == labels.count, "a label for each scan")
        let targets = zip(logits, labels).flatMap { members, label in members.map { _ in label ? 1 : 0 } }
        let calibration = TemperatureFit.fit(
            logits: Array(logits.joined()), targets: targets, within: Self.temperatures)
        let scores = logits.map { Self.score($0, calibration) }
        let best = rule == .youden ? OperatingThreshold(bestFor: scores, labels: labels)?.threshold : nil
        self.calibration = calibration
        self.scores = scores
        self.labels = labels
        threshold = min(max(best ?? Self.half, Self.margin), 1 - Self.margin)
    }

    /// An ensemble's score: the mean over members of the calibrated softmax, as the service computes it.
    package static func score(_ members: [[Double]], _ calibration: Calibration) -> Double {
        precondition(!members.isEmpty, "an ensemble has members")
        return members.reduce(0) { $0 + calibration.score(logits: $1, targetClass: GradCAM.fcdClass) }
            / Double(members.count)
    }
}
