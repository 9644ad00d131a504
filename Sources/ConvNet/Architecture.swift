/// The shape of a 3D residual network: everything about it but its weights.
///
/// The default is the ResNet-18 of the paper: stem 7×7×7 with stride 1, 2, 2 and padding 3, max-pool 3 with stride 2 and
/// padding 1, four stages of two basic blocks with strides 1, 2, 2, 2, global average pooling, one linear layer.
package struct Architecture: Codable, Sendable, Hashable {
    /// How a block's input reaches its output where their shapes differ.
    package enum Shortcut: String, Codable, Sendable, CaseIterable {
        /// Keep every stride-th voxel, append zero channels. No weights.
        case a = "A"
        /// 1×1×1 convolution with stride, then batch norm.
        case b = "B"
    }

    /// A place in the network whose output has a name of its own: behind the max-pool, and behind each of the four stages.
    package enum Stage: String, Codable, Sendable, CaseIterable {
        case maxpool, layer1, layer2, layer3, layer4

        /// 0 for `maxpool`, 1 to 4 for the stages.
        package var index: Int {
            switch self {
            case .maxpool: 0
            case .layer1: 1
            case .layer2: 2
            case .layer3: 3
            case .layer4: 4
            }
        }
    }

    /// Number of layers in the name of the network: 18, 34 (basic blocks) or 50 (bottlenecks).
    package var depth: Int
    /// Channels of the stem; the blocks of stage 1 compute with as many, those of each further stage with twice as many.
    package var width: Int
    package var shortcut: Shortcut
    /// True where training cuts the gradient at shortcut A, as public implementations do by accident. Changes neither the
    /// output nor the map of layer4; the maps of the stages before it, and training.
    package var shortcutDetached: Bool
    /// Stride of the stem along axes 0, 1 and 2.
    package var stemStride: [Int]
    /// Stride of the first block of each stage, the same along all axes.
    package var stageStrides: [Int]
    /// Dilation of the 3×3×3 convolutions of each stage.
    package var stageDilations: [Int]
    package var inputChannels: Int
    package var classes: Int

    package init(
        depth: Int = 18, width: Int = 64, shortcut: Shortcut = .b, shortcutDetached: Bool = false,
        stemStride: [Int] = [1, 2, 2], stageStrides: [Int] = [1, 2, 2, 2], stageDilations: [Int] = [1, 1, 1, 1],
        inputChannels: Int = 1, classes: Int = 2
    ) {
        self.depth = depth
        self.width = width
        self.shortcut = shortcut
        self.shortcutDetached = shortcutDetached
        self.stemStride = stemStride
        self.stageStrides = stageStrides
        self.stageDilations = stageDilations
        self.inputChannels = inputChannels
        self.classes = classes
    }

    /// The geometry in which MedicalNet's weights were trained: stem with stride 2, and dilation in place of stride in the
    /// last two stages (Chen et al. 2019).
    package static func medicalNet(
        depth: Int = 18, width: Int = 64, shortcut: Shortcut = .b, shortcutDetached: Bool = false, classes: Int = 2
    ) -> Architecture {
        Architecture(
            depth: depth, width: width, shortcut: shortcut, shortcutDetached: shortcutDetached,
            stemStride: [2, 2, 2], stageStrides: [1, 2, 1, 1], stageDilations: [1, 1, 2, 4], classes: classes)
    }

    /// `shortcutDetached` may be absent: bundles that were made before it was an option mean false.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            depth: try fields.decode(Int.self, forKey: .depth),
            width: try fields.decode(Int.self, forKey: .width),
            shortcut: try fields.decode(Shortcut.self, forKey: .shortcut),
            shortcutDetached: try fields.decodeIfPresent(Bool.self, forKey: .shortcutDetached) ?? false,
            stemStride: try fields.decode([Int].self, forKey: .stemStride),
            stageStrides: try fields.decode([Int].self, forKey: .stageStrides),
            stageDilations: try fields.decode([Int].self, forKey: .stageDilations),
            inputChannels: try fields.decode(Int.self, forKey: .inputChannels),
            classes: try fields.decode(Int.self, forKey: .classes))
    }

    static let stemKernel = 7
    static let poolKernel = 3
    static let poolStride = 2
    /// Blocks of each stage, by depth.
    static let blocksPerStage = [18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3]]
    static let stageCount = 4
    static let widthLimits = 1...1024
    static let classLimits = 2...1000
    static let stemStrides = [[1, 2, 2], [2, 2, 2]]
    static let strideLimits = 1...2
    static let dilationLimits = 1...4

    /// True where blocks are bottlenecks: 1×1×1, 3×3×3, 1×1×1, the last with four times the channels.
    package var hasBottlenecks: Bool { depth >= 50 }

    /// Channels of a block's output for each channel that it computes with.
    package var expansion: Int { hasBottlenecks ? 4 : 1 }

    /// - Throws: `NETWORK_UNSUPPORTED` for any network that this engine does not build.
    package func validate() throws(ConvNetError) {
        let depths = Self.blocksPerStage.keys.sorted()
        try require(
            depths.contains(depth), "depth", "The depth must be one of \(depths), not \(depth).")
        try require(
            Self.widthLimits.contains(width), "width", "The width must be within \(Self.widthLimits), not \(width).")
        try require(
            !shortcutDetached || shortcut == .a, "shortcutDetached",
            "Only shortcut A can be cut out of the gradient; B has weights to train.")
        try require(
            Self.stemStrides.contains(stemStride), "stemStride",
            "The stem's stride must be one of \(Self.stemStrides), not \(stemStride).")
        try require(
            stageStrides, of: Self.stageCount, within: Self.strideLimits, "stageStrides", "The stages' stride", "stage")
        try require(
            stageDilations, of: Self.stageCount, within: Self.dilationLimits, "stageDilations", "The stages' dilation",
            "stage")
        try require(inputChannels == 1, "inputChannels", "Only one input channel is built, not \(inputChannels).")
        try require(
            Self.classLimits.contains(classes), "classes",
            "The number of classes must be within \(Self.classLimits), not \(classes).")
    }

    private func require(
        _ values: [Int], of count: Int, within limits: ClosedRange<Int>, _ field: String, _ what: String, _ each: String
    ) throws(ConvNetError) {
        try require(
            values.count == count && values.allSatisfy(limits.contains), field,
            "\(what) must be \(count) numbers within \(limits), one per \(each), not \(values).")
    }

    private func require(_ fine: Bool, _ field: String, _ fault: String) throws(ConvNetError) {
        guard fine else {
            throw ConvNetError(
                .badArchitecture, fault + " Use a model of an architecture that this version knows.", subject: field)
        }
    }
}
