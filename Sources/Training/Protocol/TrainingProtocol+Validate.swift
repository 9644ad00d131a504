import ConvNet
import Imaging

extension TrainingProtocol {
    /// Refuses values out of their range, in the order of the file.
    ///
    /// - Throws: `SETTINGS_INVALID`; the subject is the key.
    package func validate() throws(TrainingError) {
        do throws(ConvNetError) {
            try architecture.validate()
        } catch {
            throw TrainingError(
                .settingsInvalid, error.message, subject: error.subject.map { "network.\($0)" } ?? "network",
                cause: error)
        }
        try preparation.validate()
        do throws(ImagingError) {
            try plan.validate()
        } catch {
            throw TrainingError(
                .settingsInvalid, error.message, subject: error.subject.map { "preparation.\($0)" } ?? "preparation",
                cause: error)
        }
        try transfer.validate()
        try fit.validate()
        try folds.validate()
    }
}

/// A value out of its range ends the reading of settings, by key.
func require(_ isFine: Bool, _ key: String, _ range: String) throws(TrainingError) {
    guard isFine else { throw TrainingError(.settingsInvalid, "\(key) \(range).", subject: key) }
}

extension TrainingProtocol.Preparation {
    package func validate() throws(TrainingError) {
        try require(shape.count == 3, "preparation.shape", "is three numbers of voxels, along x, y and z")
        switch (input, foreground) {
        case (.fullHead, .brain):
            try require(
                false, "preparation.foreground",
                "cannot be \"brain\" in full heads; use \"head\", \"nonzero\" or \"whole\", or input = \"stripped\"")
        case (.stripped, .head):
            try require(
                false, "preparation.foreground",
                "cannot be \"head\" in stripped scans; use \"brain\", \"nonzero\" or \"whole\"")
        default: break
        }
    }
}

extension TrainingProtocol.Transfer {
    package func validate() throws(TrainingError) {
        try require(
            source == .none || !checkpoint.isEmpty, "transfer.checkpoint",
            "is needed for source \"\(source.rawValue)\": name the encoder's .pth or .safetensors file")
        try require(
            source != .none || checkpoint.isEmpty, "transfer.source",
            "says what the checkpoint was trained on: \"one-task\", \"23-tasks\" or \"dysplasia\"")
        for name in trainable {
            try require(
                ["conv1", "bn1", "layer1", "layer2", "layer3", "layer4", "fc"].contains {
                    name == $0 || name.hasPrefix($0 + ".")
                },
                "transfer.trainable", "holds begins of parameter names, such as \"layer4\", \"layer4.1\" or \"fc\"")
        }
        try require(
            trainable.isEmpty || trainable.contains { $0.hasPrefix("fc") }, "transfer.trainable",
            "must hold \"fc\", the layer that no checkpoint brings")
    }
}

extension TrainingProtocol.Fit {
    package func validate() throws(TrainingError) {
        try require((1...256).contains(batch), "fit.batch", "is 1 to 256 scans")
        try require((1...100_000).contains(epochs), "fit.epochs", "is 1 to 100000")
        try require(
            learningRate > 0 && learningRate <= 1, "fit.learningRate", "is above 0 and at most 1")
        try require(plateauFactor > 0 && plateauFactor < 1, "fit.plateauFactor", "is above 0 and below 1")
        try require((0...100_000).contains(plateauPatience), "fit.plateauPatience", "is 0 to 100000 epochs")
        try require(
            plateauThreshold >= 0 && plateauThreshold < 1, "fit.plateauThreshold", "is at least 0 and below 1")
        try require((0...100_000).contains(plateauCooldown), "fit.plateauCooldown", "is 0 to 100000 epochs")
        try require(
            minimumLearningRate >= 0 && minimumLearningRate <= learningRate, "fit.minimumLearningRate",
            "is at least 0 and at most fit.learningRate")
        try require(
            (1...100_000).contains(earlyStoppingPatience), "fit.earlyStoppingPatience", "is 1 to 100000 epochs")
        try require((0...180).contains(rotationDegrees), "fit.rotationDegrees", "is 0 to 180")
        try require((0...10_000).contains(augmentationBank), "fit.augmentationBank", "is 0 to 10000 copies")
        try require(
            !pairedBatches || batch % 2 == 0, "fit.batch",
            "is even where fit.pairedBatches is true: a batch holds pairs")
    }
}

extension TrainingProtocol.Folds {
    package func validate() throws(TrainingError) {
        try require((2...100).contains(count), "folds.count", "is 2 to 100")
        try require(
            validationShare > 0 && validationShare <= 0.5, "folds.validationShare", "is above 0 and at most 0.5")
    }
}
