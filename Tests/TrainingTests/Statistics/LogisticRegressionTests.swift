import ConvNet
import Testing
import Training

@Suite struct LogisticRegressionTests {
    private static func data(seed: UInt64) -> (features: [[Double]], labels: [Bool]) {
        var g = SeededGenerator(seed: seed)
        var features: [[Double]] = []
        var labels: [Bool] = []
        for _ in 0..<50 {
            let x = 4 * g.uniform() - 1
            let y = 100 * g.uniform()
            let z = g.uniform()
            let row = [x, y, z * g.uniform()]
            labels.append(0.8 * row[0] - 0.03 * row[1] + g.uniform() * 2 > 0.3)
            features.append(row)
        }
        return (features, labels)
    }

    /// scipy.optimize.root of the gradient of the same loss.
    @Test(arguments: [
        (21, 1.0, [1.8009483479920068, -1.6824457796421202, 0.4149922069312973, -0.5818838643601233]),
        (22, 0.1, [1.8481116901834989, -1.6480676051195313, -0.26006793426470043, 0.04515776346945823]),
    ])
    func weightsAreThoseOfAnotherProgram(seed: UInt64, strength: Double, weights: [Double]) {
        let (features, labels) = Self.data(seed: seed)
        let fit = LogisticRegression(features: features, labels: labels, strength: strength)
        for (actual, want) in zip(fit.weights + [fit.intercept], weights) {
            #expect(isWithin(1e-9, actual, want))
        }
    }

    @Test func constantFeatureAndSeparableSamplesAreFitted() {
        let features = (0..<20).map { [Double($0), 7] }
        let fit = LogisticRegression(features: features, labels: (0..<20).map { $0 >= 10 })
        #expect(fit.weights[1] == 0)
        #expect(fit.probability(of: [0, 7]) < 0.1 && fit.probability(of: [19, 7]) > 0.9)
    }

    @Test func predictionsOutOfFoldDoNotSeeTheirOwnLabel() throws {
        let (features, labels) = Self.data(seed: 21)
        let folds = labels.indices.map { $0 % 5 }
        let before = try #require(LogisticRegression.outOfFold(features: features, labels: labels, foldOf: folds))
        var turned = labels
        for sample in labels.indices where folds[sample] == 2 { turned[sample].toggle() }
        let after = try #require(LogisticRegression.outOfFold(features: features, labels: turned, foldOf: folds))
        for sample in labels.indices { #expect((before[sample] == after[sample]) == (folds[sample] == 2)) }
        #expect(
            LogisticRegression.outOfFold(features: [[0], [1]], labels: [false, true], foldOf: [0, 1]) == nil)
    }
}
