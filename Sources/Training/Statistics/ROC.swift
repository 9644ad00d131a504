import Foundation

/// Receiver operating characteristic: scores against two classes, `true` being FCD.
package enum ROC {
    /// An area under the curve and its 95 % interval.
    package struct Interval: Sendable, Codable, Hashable {
        package var auc: Double
        package var lower: Double
        package var upper: Double

        package init(auc: Double, lower: Double, upper: Double) {
            self.auc = auc
            self.lower = lower
            self.upper = upper
        }
    }

    /// The comparison of two areas measured on the same subjects.
    package struct Comparison: Sendable, Codable, Hashable {
        /// First minus second.
        package var difference: Double
        package var standardError: Double
        /// Nil where the two rank every pair alike, so that nothing varies.
        package var z: Double?
        package var p: Double?
    }

    /// The area under the curve by mid-ranks: the share of pairs ranked rightly, a tie counting half.
    ///
    /// - Returns: nil where there is one class only. Scores must be finite.
    package static func auc(scores: [Double], labels: [Bool]) -> Double? {
        Placements(scores: scores, labels: labels)?.auc
    }

    /// DeLong's variance (DeLong, DeLong and Clarke-Pearson 1988) and the normal interval, cut to 0…1.
    ///
    /// - Returns: nil where a class has fewer than two.
    package static func interval(scores: [Double], labels: [Bool]) -> Interval? {
        guard let placed = Placements(scores: scores, labels: labels), let error = placed.standardError(placed) else {
            return nil
        }
        let half = Proportion.z95 * error
        return Interval(auc: placed.auc, lower: max(placed.auc - half, 0), upper: min(placed.auc + half, 1))
    }

    /// DeLong's paired test of two scores of the same subjects; two-sided.
    ///
    /// - Returns: nil where a class has fewer than two.
    package static func compare(_ first: [Double], _ second: [Double], labels: [Bool]) -> Comparison? {
        guard let a = Placements(scores: first, labels: labels), let b = Placements(scores: second, labels: labels),
            let varianceA = a.covariance(a), let varianceB = b.covariance(b), let both = a.covariance(b)
        else { return nil }
        let variance = max(varianceA + varianceB - 2 * both, 0)
        let error = variance.squareRoot()
        // Two equal rankings leave rounding.
        guard error > 1e-12 else {
            return Comparison(difference: a.auc - b.auc, standardError: 0, z: nil, p: nil)
        }
        let z = (a.auc - b.auc) / error
        return Comparison(
            difference: a.auc - b.auc, standardError: error, z: z, p: erfc(abs(z) / 2.0.squareRoot()))
    }

    /// Share of right verdicts, FCD being a score over the threshold; nil of nothing.
    package static func accuracy(scores: [Double], labels: [Bool], threshold: Double) -> Double? {
        precondition(scores.count == labels.count, "a label for each score")
        guard !scores.isEmpty else { return nil }
        return Double(zip(scores, labels).count { ($0 > threshold) == $1 }) / Double(scores.count)
    }

    /// True positives of the patients, and true negatives of the controls, at a threshold.
    package static func operatingPoint(
        scores: [Double], labels: [Bool], threshold: Double
    ) -> (sensitivity: Proportion, specificity: Proportion) {
        precondition(scores.count == labels.count, "a label for each score")
        let pairs = zip(scores, labels)
        let patients = labels.count { $0 }
        return (
            Proportion(pairs.count { $1 && $0 > threshold }, of: patients),
            Proportion(pairs.count { !$1 && $0 <= threshold }, of: labels.count - patients)
        )
    }
}

/// Where each score stands among those of the other class: the structural components of DeLong's variance, found by
/// ranks (Sun and Xu 2014).
private struct Placements {
    /// Of each patient: the share of controls below it. Of each control: the share of patients above it.
    var patients: [Double]
    var controls: [Double]

    var auc: Double { patients.reduce(0, +) / Double(patients.count) }

    init?(scores: [Double], labels: [Bool]) {
        precondition(scores.count == labels.count, "a label for each score")
        precondition(scores.allSatisfy(\.isFinite), "finite scores")
        let ofPatients = zip(scores, labels).filter { $1 }.map { $0.0 }
        let ofControls = zip(scores, labels).filter { !$1 }.map { $0.0 }
        guard !ofPatients.isEmpty, !ofControls.isEmpty else { return nil }
        let m = ofPatients.count
        let together = Ranks.middle(ofPatients + ofControls)
        let among = (Ranks.middle(ofPatients), Ranks.middle(ofControls))
        patients = (0..<m).map { (together[$0] - among.0[$0]) / Double(ofControls.count) }
        controls = ofControls.indices.map { 1 - (together[m + $0] - among.1[$0]) / Double(m) }
    }

    /// Covariance of two areas; nil where a class has fewer than two.
    func covariance(_ other: Placements) -> Double? {
        guard patients.count > 1, controls.count > 1 else { return nil }
        return Self.covariance(patients, other.patients) / Double(patients.count)
            + Self.covariance(controls, other.controls) / Double(controls.count)
    }

    func standardError(_ other: Placements) -> Double? { covariance(other).map { max($0, 0).squareRoot() } }

    private static func covariance(_ a: [Double], _ b: [Double]) -> Double {
        let n = Double(a.count)
        let (meanA, meanB) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
        return zip(a, b).reduce(0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) } / (n - 1)
    }
}
