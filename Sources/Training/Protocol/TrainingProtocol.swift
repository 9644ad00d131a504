package import ConvNet
package import Imaging

/// Every choice of one training: what the paper says, and a named decision where it says nothing.
///
/// The default is the paper. A TOML file names what differs; the whole is stored with every run as `protocol.json`.
package struct TrainingProtocol: Sendable, Codable, Hashable {
    package var network = Network()
    package var preparation = Preparation()
    package var transfer = Transfer()
    package var fit = Fit()
    package var folds = Folds()
    package var measuring = Measuring()
    /// From which every random choice of a run follows.
    package var seed: UInt64 = 1

    package init() {}

    package struct Network: Sendable, Codable, Hashable {
        package var depth = 18
        package var width = 64
        package var shortcut = Architecture.Shortcut.b
        package var shortcutDetached = false
        /// Strides of the stem and the stages, dilations of the stages; the paper's by default.
        package var stemStride = [1, 2, 2]
        package var stageStrides = [1, 2, 2, 2]
        package var stageDilations = [1, 1, 1, 1]

        package init() {}
    }

    package struct Preparation: Sendable, Codable, Hashable {
        package var input = InputKind.fullHead
        package var spacingMM = 1.0
        /// Voxels along x, y and z.
        package var shape = [161, 193, 161]
        package var anchor = PreprocessingPlan.Anchor.head
        package var foreground = PreprocessingPlan.Foreground.nonzero
        /// Largest share of the head or brain that the crop may cut away; a scan over it is left out of training.
        package var cutLimit = 0.005

        package init() {}
    }

    package struct Transfer: Sendable, Codable, Hashable {
        /// What the encoder was trained on, for the tables.
        package enum Source: String, Sendable, Codable, CaseIterable {
            case none
            case oneTask = "one-task"
            case manyTasks = "23-tasks"
            /// Outlining dysplasias themselves: for demonstration models, no part of the paper's comparison.
            case dysplasia
        }

        package var source = Source.none
        /// The encoder's checkpoint (.pth or .safetensors); beside the protocol's file where relative. Empty for none.
        package var checkpoint = ""
        /// Begins of the names of what is trained; empty for everything. ["layer4", "fc"] or ["layer4.1", "fc"] with transfer.
        package var trainable: [String] = []

        package init() {}

        /// Where the checkpoint is; nil for none.
        ///
        /// - Parameter base: the folder where a relative name begins; the working folder where empty.
        func path(beside base: String) -> String? {
            if checkpoint.isEmpty { return nil }
            return checkpoint.hasPrefix("/") || base.isEmpty ? checkpoint : base + "/" + checkpoint
        }
    }

    package struct Fit: Sendable, Codable, Hashable {
        package var batch = 2
        package var epochs = 100
        package var learningRate = 0.001
        /// ReduceLROnPlateau, PyTorch's semantics.
        package var plateauFactor = 0.1
        package var plateauPatience = 5
        package var plateauThreshold = 1e-4
        package var plateauCooldown = 0
        package var minimumLearningRate = 0.0
        /// Epochs without a better validation loss before training ends; the best weights are restored.
        package var earlyStoppingPatience = 15
        /// Three independent angles within ± this, about the centre, before the z-score.
        package var rotationDegrees = 15.0
        /// Rotated copies of each scan whose frozen features are made once and used again; 0 for a new rotation each time.
        package var augmentationBank = 0
        /// A batch holds both of a pair, turned alike. Needs subjects with pairs.
        package var pairedBatches = false
        /// Keep the inputs of blocks alone: less memory, slower.
        package var recompute = false

        package init() {}
    }

    package struct Folds: Sendable, Codable, Hashable {
        package var count = 5
        /// Share of what does not test that validates.
        package var validationShare = 0.2
        package var seed: UInt64 = 1
        /// Only scans of this acquisition; empty for all.
        package var acquisition = ""

        package init() {}
    }

    package struct Measuring: Sendable, Codable, Hashable {
        package var threshold = ThresholdRule.youden
        /// The stage whose Grad-CAM is the map.
        package var map = Architecture.Stage.layer4

        package init() {}
    }

    package var architecture: Architecture {
        Architecture(
            depth: network.depth, width: network.width, shortcut: network.shortcut,
            shortcutDetached: network.shortcutDetached, stemStride: network.stemStride,
            stageStrides: network.stageStrides, stageDilations: network.stageDilations)
    }

    package var plan: PreprocessingPlan {
        PreprocessingPlan(
            spacingMM: preparation.spacingMM,
            shape: SIMD3(preparation.shape[0], preparation.shape[1], preparation.shape[2]), anchor: preparation.anchor,
            foreground: preparation.foreground, cutLimit: preparation.cutLimit)
    }
}
