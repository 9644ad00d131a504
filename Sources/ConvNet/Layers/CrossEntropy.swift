/// Minus the logarithm of the true class's probability, mean over the batch, with the gradient of the logits.
package enum CrossEntropy {
    /// - Parameters:
    ///   - logits: (n, classes), row after row
    ///   - targets: one class per sample, within 0 ..< classes
    /// - Returns: the loss, and its gradient (n, classes): (softmax − one-hot) / n.
    package static func lossAndGradient(
        _ logits: [Double], classes: Int, targets: [Int]
    ) -> (loss: Double, gradient: [Double]) {
        precondition(!targets.isEmpty && logits.count == targets.count * classes, "one row of logits per target")
        precondition(targets.allSatisfy { (0..<classes).contains($0) }, "targets are classes")
        var loss = 0.0
        var gradient: [Double] = []
        let share = 1 / Double(targets.count)
        for (n, target) in targets.enumerated() {
            let row = Array(logits[(n * classes)..<((n + 1) * classes)])
            loss += Softmax.crossEntropy(row, target: target) * share
            for (index, probability) in Softmax.probabilities(row).enumerated() {
                gradient.append((probability - (index == target ? 1 : 0)) * share)
            }
        }
        return (loss, gradient)
    }
}
