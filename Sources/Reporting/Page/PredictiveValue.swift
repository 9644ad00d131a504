package import Screening

/// What an operating point means for the studies of a site.
package struct PredictiveValue: Sendable, Hashable {
    /// Share of the studies over threshold that have FCD: se · p / (se · p + (1 − sp) · (1 − p)).
    package let positive: Double
    /// Share of all studies that are over threshold.
    package let flaggedShare: Double

    /// Nil where the numbers are no shares or nothing is ever flagged.
    package init?(_ point: OperatingPoint, prevalence: Double) {
        let shares = [point.sensitivity, point.specificity, prevalence]
        guard shares.allSatisfy({ (0...1).contains($0) }) else { return nil }
        let hits = point.sensitivity * prevalence
        let flagged = hits + (1 - point.specificity) * (1 - prevalence)
        guard flagged > 0 else { return nil }
        positive = hits / flagged
        flaggedShare = flagged
    }
}
