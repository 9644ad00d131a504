#if canImport(Glibc)
    import Glibc
#endif

/// Logits to probabilities. The largest logit is subtracted first, so nothing overflows.
package enum Softmax {
    /// - Parameter logits: at least one
    /// - Returns: as many probabilities, summing to one; NaN if any logit is NaN.
    package static func probabilities(_ logits: [Double]) -> [Double] {
        logProbabilities(logits).map { exp($0) }
    }

    /// Natural logarithms of the probabilities.
    package static func logProbabilities(_ logits: [Double]) -> [Double] {
        guard let largest = logits.max() else { return [] }
        let logSum = log(logits.reduce(0) { $0 + exp($1 - largest) })
        return logits.map { $0 - largest - logSum }
    }

    /// Cross entropy: minus the logarithm of the probability of the true class.
    ///
    /// - Precondition: `target` is the index of a logit.
    package static func crossEntropy(_ logits: [Double], target: Int) -> Double {
        -logProbabilities(logits)[target]
    }
}
