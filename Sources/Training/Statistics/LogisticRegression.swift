import Foundation

/// Logistic regression on standardised features with an L2 penalty, fitted by Newton's method: no random start, the same
/// bits every time.
///
/// Minimised is Σ negative log-likelihood + strength/2 · Σ weight²; the intercept is free.
package struct LogisticRegression: Sendable, Hashable {
    /// Of the features as they are: what they are standardised with (σ of the population; 1 for a constant feature).
    package private(set) var means: [Double]
    package private(set) var deviations: [Double]
    /// Of the standardised features.
    package private(set) var weights: [Double]
    package private(set) var intercept: Double

    /// - Parameters:
    ///   - features: (samples, features), finite.
    ///   - strength: over 0.
    package init(features: [[Double]], labels: [Bool], strength: Double = 1) {
        precondition(features.count == labels.count && !features.isEmpty, "a label for each sample")
        precondition(strength > 0, "without a penalty separable samples have no best fit")
        let width = features[0].count
        precondition(features.allSatisfy { $0.count == width }, "the same features for all")
        let n = Double(features.count)
        let means = (0..<width).map { f in features.reduce(0) { $0 + $1[f] } / n }
        let deviations = (0..<width).map { f in
            let sd = (features.reduce(0) { $0 + ($1[f] - means[f]) * ($1[f] - means[f]) } / n).squareRoot()
            return sd > 1e-12 * max(1, abs(means[f])) ? sd : 1
        }
        self.means = means
        self.deviations = deviations
        // The last column is the intercept's.
        let rows = features.map { row in (0..<width).map { (row[$0] - means[$0]) / deviations[$0] } + [1] }
        let solution = Self.newton(rows, labels, strength)
        weights = Array(solution.dropLast())
        intercept = solution[width]
    }

    /// The chance of `true`, 0…1.
    package func probability(of sample: [Double]) -> Double {
        precondition(sample.count == weights.count, "the features that were fitted")
        let logit = sample.indices.reduce(intercept) {
            $0 + weights[$1] * (sample[$1] - means[$1]) / deviations[$1]
        }
        return Self.logistic(logit)
    }

    /// The chance of each sample by a fit on the samples of all other folds; nil where those are of one class or none.
    package static func outOfFold(
        features: [[Double]], labels: [Bool], foldOf: [Int], strength: Double = 1
    ) -> [Double]? {
        precondition(
            features.count == labels.count && foldOf.count == labels.count, "a label and a fold for each sample")
        var result = [Double](repeating: 0, count: labels.count)
        for fold in Set(foldOf).sorted() {
            let training = labels.indices.filter { foldOf[$0] != fold }
            guard Set(training.map { labels[$0] }).count == 2 else { return nil }
            let fit = LogisticRegression(
                features: training.map { features[$0] }, labels: training.map { labels[$0] }, strength: strength)
            for sample in labels.indices where foldOf[sample] == fold {
                result[sample] = fit.probability(of: features[sample])
            }
        }
        return result
    }

    private static func logistic(_ x: Double) -> Double { x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)) }

    /// Newton's method with halved steps where a whole one does not lower the loss.
    private static func newton(_ rows: [[Double]], _ labels: [Bool], _ strength: Double) -> [Double] {
        let width = rows[0].count
        var solution = [Double](repeating: 0, count: width)
        func logit(_ row: [Double], _ w: [Double]) -> Double { (0..<width).reduce(0) { $0 + row[$1] * w[$1] } }
        func loss(_ w: [Double]) -> Double {
            let penalty = w.dropLast().reduce(0) { $0 + $1 * $1 } * strength / 2
            return zip(rows, labels).reduce(penalty) { sum, sample in
                let z = logit(sample.0, w) * (sample.1 ? -1 : 1)
                return sum + max(z, 0) + log1p(exp(-abs(z)))
            }
        }
        var current = loss(solution)
        for _ in 0..<100 {
            var gradient = (0..<width).map { $0 == width - 1 ? 0 : strength * solution[$0] }
            var curvature = [Double](repeating: 0, count: width * width)
            for (row, label) in zip(rows, labels) {
                let p = logistic(logit(row, solution))
                let error = p - (label ? 1 : 0)
                let weight = p * (1 - p)
                for a in 0..<width {
                    gradient[a] += error * row[a]
                    for b in 0...a { curvature[a * width + b] += weight * row[a] * row[b] }
                }
            }
            for a in 0..<width { curvature[a * width + a] += a == width - 1 ? 1e-12 : strength }
            let step = Cholesky.solve(curvature, gradient)
            var share = 1.0
            var next = solution
            var reached = current
            while share > 1e-10 {
                next = (0..<width).map { solution[$0] - share * step[$0] }
                reached = loss(next)
                if reached <= current { break }
                share /= 2
            }
            guard reached <= current else { break }
            let moved = zip(next, solution).reduce(0) { max($0, abs($1.0 - $1.1)) }
            (solution, current) = (next, reached)
            if moved < 1e-13 { break }
        }
        return solution
    }
}

/// Systems with a symmetric positive definite matrix.
private enum Cholesky {
    /// - Parameter matrix: (n, n), row by row; only the lower triangle is read.
    static func solve(_ matrix: [Double], _ right: [Double]) -> [Double] {
        let n = right.count
        var l = matrix
        for a in 0..<n {
            for b in 0...a {
                var sum = l[a * n + b]
                for k in 0..<b { sum -= l[a * n + k] * l[b * n + k] }
                l[a * n + b] = a == b ? max(sum, 1e-300).squareRoot() : sum / l[b * n + b]
            }
        }
        var x = right
        for a in 0..<n {
            for k in 0..<a { x[a] -= l[a * n + k] * x[k] }
            x[a] /= l[a * n + a]
        }
        for a in stride(from: n - 1, through: 0, by: -1) {
            for k in (a + 1)..<max(n, a + 1) { x[a] -= l[k * n + a] * x[k] }
            x[a] /= l[a * n + a]
        }
        return x
    }
}
