/// What is measured.
package enum BenchmarkTask: String, Codable, Sendable, CaseIterable {
    /// Input to logits.
    case forward
    /// Input to logits and the signed Grad-CAM map of class 1 at the last stage.
    case gradcam
    /// One training step: forward, backward and Adam on the cross-entropy of class 1, batch 1.
    case train
}

/// The network, the input and how often.
package struct BenchmarkSettings: Sendable, Hashable {
    package var depth: Int
    /// Of a network with random weights, or nil: weights of a file know their own. 64 and B by default.
    package var width: Int?
    package var shortcut: Architecture.Shortcut?
    /// Nil with an input of a file, or for the paper's.
    package var shape: VolumeShape?
    package var threads: Int
    /// Timed calls, after one that is not timed.
    package var rounds: Int
    /// A PyTorch checkpoint, or safetensors.
    package var weights: String?
    /// Safetensors with one tensor, (1, 1, d, h, w) or (d, h, w).
    package var input: String?
    /// Of random weights; the input's is the next.
    package var seed: UInt64
    /// What a training step keeps.
    package var memory: TrainingNetwork.Memory
    /// Begins of the names of what is trained; empty for everything. With some, the frozen layers' output is made once, as
    /// a training with a bank of copies does, and steps are timed on it.
    package var trainable: [String]

    /// The paper's prepared scan without its odd voxels.
    package static let standardShape = VolumeShape(SIMD3(160, 192, 160))

    package init(
        depth: Int = 18, width: Int? = nil, shortcut: Architecture.Shortcut? = nil, shape: VolumeShape? = nil,
        threads: Int, rounds: Int = 3, weights: String? = nil, input: String? = nil, seed: UInt64 = 0,
        memory: TrainingNetwork.Memory = .convolutionOutputs, trainable: [String] = []
    ) {
        self.depth = depth
        self.width = width
        self.shortcut = shortcut
        self.shape = shape
        self.threads = threads
        self.rounds = rounds
        self.weights = weights
        self.input = input
        self.seed = seed
        self.memory = memory
        self.trainable = trainable
    }
}
