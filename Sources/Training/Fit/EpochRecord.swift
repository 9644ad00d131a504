/// What one epoch came to.
package struct EpochRecord: Sendable, Codable, Hashable {
    /// Counted from 1.
    package var epoch: Int
    /// Mean cross-entropy over the scans, turned, each before its batch's step.
    package var trainLoss: Double
    /// Mean cross-entropy over the validation scans, as they lie, after the epoch.
    package var validationLoss: Double
    /// Share of the validation scans whose larger logit is the right one, 0…1.
    package var validationAccuracy: Double
    /// With which the epoch was trained.
    package var learningRate: Double
    package var seconds: Double

    package init(
        epoch: Int, trainLoss: Double, validationLoss: Double, validationAccuracy: Double, learningRate: Double,
        seconds: Double
    ) {
        self.epoch = epoch
        self.trainLoss = trainLoss
        self.validationLoss = validationLoss
        self.validationAccuracy = validationAccuracy
        self.learningRate = learningRate
        self.seconds = seconds
    }

    /// How much better the network does on what it was trained on: validation less training loss.
    package var gap: Double { validationLoss - trainLoss }
}
