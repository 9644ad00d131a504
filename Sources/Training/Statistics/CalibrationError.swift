/// How far scores are from the shares of patients among scans that have them.
package enum CalibrationError {
    /// Expected calibration error with bins of equal mass: the scans, sorted by score, are cut into ten runs whose sizes differ
    /// by one at most (bin b of B holds the places from ⌊b·n/B⌋ to ⌊(b+1)·n/B⌋), and the distances between mean score and
    /// share of patients are averaged, weighted by the runs' sizes. Fewer than ten scans are a bin each. Scans with one
    /// score stand by their class, controls first, which makes the value independent of their order.
    ///
    /// - Returns: nil of nothing.
    package static func expected(scores: [Double], labels: [Bool], bins: Int = 10) -> Double? {
        precondition(scores.count == labels.count && bins > 0, "a label for each score")
        let n = scores.count
        guard n > 0 else { return nil }
        let order = scores.indices.sorted {
            scores[$0] != scores[$1] ? scores[$0] < scores[$1] : !labels[$0] && labels[$1]
        }
        let bins = min(bins, n)
        var sum = 0.0
        for bin in 0..<bins {
            let members = order[(bin * n / bins)..<((bin + 1) * n / bins)]
            let score = members.reduce(0) { $0 + scores[$1] }
            let patients = Double(members.count { labels[$0] })
            sum += abs(score - patients)
        }
        return sum / Double(n)
    }

    /// Mean squared distance of the score from 0 or 1 (Brier 1950); nil of nothing.
    package static func brier(scores: [Double], labels: [Bool]) -> Double? {
        precondition(scores.count == labels.count, "a label for each score")
        guard !scores.isEmpty else { return nil }
        let sum = zip(scores, labels).reduce(0) { $0 + ($1.0 - ($1.1 ? 1 : 0)) * ($1.0 - ($1.1 ? 1 : 0)) }
        return sum / Double(scores.count)
    }
}
