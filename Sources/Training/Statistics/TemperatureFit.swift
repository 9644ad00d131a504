import Foundation
package import Screening

/// The temperature of largest likelihood (Guo and others 2017).
package enum TemperatureFit {
    /// What a fit may choose from; perfectly separated logits end at the lower bound, useless ones at the upper.
    package static let range = 0.05...20.0

    /// Divides validation logits by one number so that the mean negative log-likelihood is smallest.
    ///
    /// The likelihood is concave in the inverse temperature, so its slope is bisected: the same bits every time.
    /// - Parameters:
    ///   - logits: (scans, classes)
    ///   - targets: the right class of each.
    package static func fit(logits: [[Double]], targets: [Int], within range: ClosedRange<Double> = range)
        -> Calibration
    {
        precondition(logits.count == targets.count, "a target for each scan")
        precondition(range.lowerBound > 0, "temperatures")
        // Slope of the negative log-likelihood: expected logit minus the right one's.
        func slope(_ inverse: Double) -> Double {
            zip(logits, targets).reduce(0) { sum, scan in
                let highest = scan.0.max() ?? 0
                let weights = scan.0.map { exp(($0 - highest) * inverse) }
                let expected = zip(weights, scan.0).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
                return sum + expected - scan.0[scan.1]
            }
        }
        var low = 1 / range.upperBound
        var high = 1 / range.lowerBound
        if logits.isEmpty { return Calibration() }
        if slope(low) >= 0 { return Calibration(temperature: range.upperBound) }
        if slope(high) <= 0 { return Calibration(temperature: range.lowerBound) }
        while true {
            let middle = (low + high) / 2
            guard middle > low, middle < high else { return Calibration(temperature: 1 / middle) }
            if slope(middle) < 0 { low = middle } else { high = middle }
        }
    }

    /// Mean negative log-likelihood of the right classes; nil of nothing.
    package static func loss(logits: [[Double]], targets: [Int], temperature: Double = 1) -> Double? {
        precondition(logits.count == targets.count, "a target for each scan")
        guard !logits.isEmpty else { return nil }
        let sum = zip(logits, targets).reduce(0) { sum, scan in
            let scaled = scan.0.map { $0 / temperature }
            let highest = scaled.max() ?? 0
            return sum + highest + log(scaled.reduce(0) { $0 + exp($1 - highest) }) - scaled[scan.1]
        }
        return sum / Double(logits.count)
    }
}
