/// A threshold chosen on validation scores, and what it does there.
package struct OperatingThreshold: Sendable, Codable, Hashable {
    /// Over it is FCD.
    package var threshold: Double
    package var sensitivity: Proportion
    package var specificity: Proportion

    /// Mean of sensitivity and specificity.
    package var balancedAccuracy: Double { ((sensitivity.value ?? 0) + (specificity.value ?? 0)) / 2 }

    /// The threshold of largest balanced accuracy (Youden 1950), in the middle of the gap between two neighbouring scores; of
    /// equally good gaps the widest, then the lowest. Below the lowest score the gap reaches to 0, over the highest to 1.
    ///
    /// - Parameter scores: 0…1.
    /// - Returns: nil where there is one class only.
    package init?(bestFor scores: [Double], labels: [Bool]) {
        precondition(scores.count == labels.count, "a label for each score")
        let patients = labels.count { $0 }
        let controls = labels.count - patients
        guard patients > 0, controls > 0 else { return nil }
        let sorted = zip(scores, labels).sorted { $0.0 < $1.0 }
        var best: (gain: Int, width: Double, threshold: Double)?
        // Patients and controls at or below the cut.
        var below = (patients: 0, controls: 0)
        var at = 0
        var lower = min(sorted[0].0, 0)
        while true {
            let upper = at < sorted.count ? sorted[at].0 : max(lower, 1)
            // Youden's index as a whole number: times patients × controls.
            let gain = below.controls * patients - below.patients * controls
            if best.map({ (gain, upper - lower) > ($0.gain, $0.width) }) ?? true {
                // Between two neighbouring numbers the middle is one of them; the lower parts them.
                let middle = lower + (upper - lower) / 2
                best = (gain, upper - lower, middle < upper ? middle : lower)
            }
            guard at < sorted.count else { break }
            while at < sorted.count, sorted[at].0 == upper {
                if sorted[at].1 { below.patients += 1 } else { below.controls += 1 }
                at += 1
            }
            lower = upper
        }
        guard let best else { return nil }
        threshold = best.threshold
        (sensitivity, specificity) = ROC.operatingPoint(scores: scores, labels: labels, threshold: threshold)
    }
}
