/// Lowers the learning rate where the validation loss stays: PyTorch's `ReduceLROnPlateau`, mode `min`, relative threshold.
package struct PlateauSchedule: Sendable, Codable, Hashable {
    /// A change of the learning rate smaller than this is not made.
    static let smallestChange = 1e-8

    package let factor: Double
    package let patience: Int
    package let threshold: Double
    package let cooldown: Int
    package let minimum: Double

    /// For the next epoch.
    package private(set) var learningRate: Double
    /// Infinite before the first epoch.
    package private(set) var best = Double.infinity
    package private(set) var badEpochs = 0
    package private(set) var cooldownLeft = 0

    package init(
        learningRate: Double, factor: Double = 0.1, patience: Int = 5, threshold: Double = 1e-4, cooldown: Int = 0,
        minimum: Double = 0
    ) {
        self.learningRate = learningRate
        self.factor = factor
        self.patience = patience
        self.threshold = threshold
        self.cooldown = cooldown
        self.minimum = minimum
    }

    /// Takes in the validation loss of an epoch.
    package mutating func step(_ loss: Double) {
        if loss < best * (1 - threshold) {
            best = loss
            badEpochs = 0
        } else {
            badEpochs += 1
        }
        if cooldownLeft > 0 {
            cooldownLeft -= 1
            badEpochs = 0
        }
        guard badEpochs > patience else { return }
        let lower = max(learningRate * factor, minimum)
        if learningRate - lower > Self.smallestChange { learningRate = lower }
        cooldownLeft = cooldown
        badEpochs = 0
    }
}

extension PlateauSchedule {
    package init(_ fit: TrainingProtocol.Fit) {
        self.init(
            learningRate: fit.learningRate, factor: fit.plateauFactor, patience: fit.plateauPatience,
            threshold: fit.plateauThreshold, cooldown: fit.plateauCooldown, minimum: fit.minimumLearningRate)
    }
}
