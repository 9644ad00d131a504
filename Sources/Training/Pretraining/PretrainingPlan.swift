package import ConvNet
package import Imaging
package import Simulation

/// Every choice of pretraining by segmentation. A TOML file names what differs; the whole is stored with the encoder.
package struct PretrainingPlan: Sendable, Codable, Hashable {
    /// "one" (computed tomography of the chest), "many" (23 tasks), or names of tasks.
    package var tasks = ["one"]
    /// An encoder to go on from, another run's or another modality's, PyTorch or safetensors; empty for random weights. A
    /// relative path begins at the plan's file. What is stored with the encoder is its SHA-256.
    package var start = ""
    /// Made-up subjects per task that are in use at any time.
    package var subjects = 16
    /// Of them, how many are replaced by new ones after every epoch.
    package var renewed = 4
    /// Subjects per task that are never trained on.
    package var heldOut = 6
    package var epochs = 30
    package var stepsPerEpoch = 60
    /// Images per step, of different tasks in turn; a dysplasia task's head gives two, with and without.
    package var batch = 4
    package var learningRate = 0.001
    /// The learning rate falls along half a cosine to this share of the first.
    package var finalRateShare = 0.05
    /// Three independent angles within ± this.
    package var rotationDegrees = 15.0
    /// Sizes differ by as much, relative.
    package var scaling = 0.1
    /// True where half of the images are mirrored left to right.
    package var mirrored = true
    /// Brightness and contrast differ by as much, in standard deviations.
    package var intensity = 0.15
    /// A label that is rarer than the commonest by a factor f counts f to this power more: at 1 every label counts the
    /// same in all, at 0 every voxel.
    package var rarityPower = 0.5
    /// Labels that are rarer than others count more, at most so many times.
    package var rarityLimit = 30.0
    /// True where the network's own two classes learn along whether a dysplasia is there at all; the encoder then keeps
    /// them. For dysplasia tasks alone, whose heads come with and without it.
    package var tellsApart = false
    /// From which every random choice follows.
    package var seed: UInt64 = 1
    /// 0 for as many as there are processors. The same number gives the same bits.
    package var threads = 0
    /// How the dysplasias of dysplasia tasks are drawn.
    package var lesion = LesionPlan()
    /// What a share of the heads of dysplasia tasks is bent out of. A relative path begins at the plan's file; what is
    /// stored with the encoder is name and SHA-256.
    package var maps = BentMaps()
    package var network = TrainingProtocol.Network()
    /// The preparation of the scans that the encoder is for; the grid of every task.
    package var preparation = TrainingProtocol.Preparation()

    package init() {}

    package var architecture: Architecture { asProtocol.architecture }
    package var preprocessing: PreprocessingPlan { asProtocol.plan }

    private var asProtocol: TrainingProtocol {
        var result = TrainingProtocol()
        result.network = network
        result.preparation = preparation
        return result
    }

    /// - Throws: `SETTINGS_INVALID` naming the key.
    package func validate() throws(TrainingError) {
        func require(_ fine: Bool, _ key: String, _ range: String) throws(TrainingError) {
            guard fine else { throw TrainingError(.settingsInvalid, "\(key) must be \(range).", subject: key) }
        }
        try require((1...10_000).contains(subjects), "subjects", "from 1 to 10000")
        try require((0...subjects).contains(renewed), "renewed", "from 0 to subjects")
        try require((1...1000).contains(heldOut), "heldOut", "from 1 to 1000")
        try require((1...10_000).contains(epochs), "epochs", "from 1 to 10000")
        try require((1...100_000).contains(stepsPerEpoch), "stepsPerEpoch", "from 1 to 100000")
        try require((1...64).contains(batch), "batch", "from 1 to 64")
        try require(learningRate > 0 && learningRate <= 1, "learningRate", "over 0, at most 1")
        try require((0...1).contains(finalRateShare), "finalRateShare", "a share from 0 to 1")
        try require((0...180).contains(rotationDegrees), "rotationDegrees", "from 0 to 180")
        try require((0...0.5).contains(scaling), "scaling", "from 0 to 0.5")
        try require((0...2).contains(intensity), "intensity", "from 0 to 2")
        try require((0...1).contains(rarityPower), "rarityPower", "from 0 to 1")
        try require((1...1e4).contains(rarityLimit), "rarityLimit", "from 1 to 10000")
        try require((0...256).contains(threads), "threads", "from 0 to 256")
        try require(
            preparation.shape.count == 3 && preparation.shape.allSatisfy { $0 >= 8 }, "preparation.shape",
            "three numbers of voxels, 8 or more")
        try lesion.validate()
        try maps.validate()
        try preparation.validate()
        do {
            try architecture.validate()
            try preprocessing.validate()
        } catch {
            throw TrainingError(.settingsInvalid, "\(error)", subject: "network", cause: error)
        }
        let tasks = try resolvedTasks()
        let dysplasia = TaskCatalogue.dysplasiaNames
        try require(
            !tellsApart || tasks.allSatisfy { dysplasia.contains($0.name) }, "tellsApart",
            "false unless every task is one of \(dysplasia.sorted().joined(separator: ", "))")
    }

    /// The tasks that the names stand for, in their order, each once.
    ///
    /// - Parameter maps: those that `maps` names, read.
    func resolvedTasks(_ maps: SharedMaps? = nil) throws(TrainingError) -> [SegmentationTask] {
        let stripped = preparation.input == .stripped
        let all = TaskCatalogue.many(stripped: stripped)
        let others = TaskCatalogue.dysplasia(stripped: stripped, lesion: lesion, maps: maps)
        var result: [SegmentationTask] = []
        for name in tasks {
            let named =
                switch name {
                case "one": TaskCatalogue.one
                case "many": all
                default: (all + others).filter { $0.name == name }
                }
            guard !named.isEmpty else {
                throw TrainingError(
                    .settingsInvalid,
                    "There is no such task. Name one, many, or some of: "
                        + (all + others).map(\.name).joined(separator: ", ") + ".",
                    subject: name)
            }
            result += named.filter { task in !result.contains { $0.name == task.name } }
        }
        guard !result.isEmpty else {
            throw TrainingError(.settingsInvalid, "Name at least one task: one, many, or names.", subject: "tasks")
        }
        return result
    }

    /// As it decides about the bits of the encoder: without the number of threads.
    var identity: PretrainingPlan {
        var result = self
        result.threads = 0
        return result
    }
}
