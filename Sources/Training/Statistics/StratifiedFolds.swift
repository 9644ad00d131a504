import ConvNet

/// A fold for each sample of a small analysis, where no `FoldPlan` gives one.
package enum StratifiedFolds {
    /// The fold of each sample, 0 ..< count: classes evenly divided, samples of one pair in one fold.
    ///
    /// - Parameters:
    ///   - pairs: the pair of each sample, nil for one alone; no pairs by default.
    ///   - seed: the same seed, the same folds.
    package static func assign(labels: [Bool], count: Int, seed: UInt64, pairs: [String?]? = nil) -> [Int] {
        precondition(count > 0 && (pairs?.count ?? labels.count) == labels.count, "folds, and a pair for each sample")
        var units: [[Int]] = []
        var unitOf: [String: Int] = [:]
        for sample in labels.indices {
            if let pair = pairs?[sample] {
                if let unit = unitOf[pair] {
                    units[unit].append(sample)
                    continue
                }
                unitOf[pair] = units.count
            }
            units.append([sample])
        }
        var generator = SeededGenerator(seed: seed)
        units.shuffle(using: &generator)
        // Units of the same make go to the folds in turn; each kind goes on where the last one stopped.
        let kinds = Dictionary(grouping: units) { unit in [unit.count { labels[$0] }, unit.count { !labels[$0] }] }
        var result = [Int](repeating: 0, count: labels.count)
        var next = 0
        for kind in kinds.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            for unit in kinds[kind] ?? [] {
                for sample in unit { result[sample] = next % count }
                next += 1
            }
        }
        return result
    }
}
