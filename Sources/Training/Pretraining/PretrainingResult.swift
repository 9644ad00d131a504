/// What pretraining came to: the losses, and how well each label was found in subjects that were held out.
package struct PretrainingResult: Sendable, Codable, Hashable {
    /// One task's mean loss over one epoch.
    package struct Loss: Sendable, Codable, Hashable {
        /// From 1.
        package var epoch: Int
        package var task: String
        package var loss: Double
    }

    /// One label in held-out subjects, judged cell by cell.
    package struct Found: Sendable, Codable, Hashable {
        package var task: String
        package var label: String
        /// Cells of which the label takes at least a quarter, or as much as it ever does; for a verdict, heads that have it.
        package var cells: Int
        /// Area under the curve of the label's probability, those cells against cells without any of it; nil where either
        /// is missing.
        package var auc: Double?
        /// 2 Σ min(p, f) / (Σ p + Σ f) over the label's probabilities p and shares f; nil where there is none of it.
        package var dice: Double?
    }

    package var losses: [Loss]
    package var found: [Found]
}

/// How well a head finds one label.
struct LabelScore {
    private var probabilities: [Float] = []
    private var shares: [Float] = []

    mutating func add(_ probability: Float, share: Float) {
        probabilities.append(probability)
        shares.append(share)
    }

    /// Cells with at least this share of a label hold it, where any cell does.
    private static let enough: Float = 0.25

    func found(task: String, label: String) -> PretrainingResult.Found {
        let most = shares.max() ?? 0
        let limit = min(Self.enough, most)
        let positive = shares.map { most > 0 && $0 >= limit }
        var (both, all) = (0.0, 0.0)
        for (p, f) in zip(probabilities, shares) {
            both += Double(min(p, f))
            all += Double(p + f)
        }
        return PretrainingResult.Found(
            task: task, label: label, cells: positive.count { $0 }, auc: auc(positive),
            dice: most > 0 ? 2 * both / all : nil)
    }

    /// As `found`, of whole heads with a logit each instead of cells: there is no Dice.
    func verdict(task: String, label: String) -> PretrainingResult.Found {
        let positive = shares.map { $0 > 0 }
        return PretrainingResult.Found(
            task: task, label: label, cells: positive.count { $0 }, auc: auc(positive), dice: nil)
    }

    /// Mid-ranks of the positive cells among those and the empty ones (Mann and Whitney).
    private func auc(_ positive: [Bool]) -> Double? {
        let cells = probabilities.indices.filter { positive[$0] || shares[$0] == 0 }
            .sorted { probabilities[$0] < probabilities[$1] }
        let count = cells.count { positive[$0] }
        guard count > 0, count < cells.count else { return nil }
        var (sum, begin) = (0.0, 0)
        while begin < cells.count {
            var end = begin
            while end < cells.count, probabilities[cells[end]] == probabilities[cells[begin]] { end += 1 }
            let rank = Double(begin + end + 1) / 2
            sum += rank * Double(cells[begin..<end].count { positive[$0] })
            begin = end
        }
        return (sum - Double(count) * Double(count + 1) / 2) / (Double(count) * Double(cells.count - count))
    }
}
