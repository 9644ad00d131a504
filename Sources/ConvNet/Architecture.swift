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

    /// Number of layers in the name of the network. Only 18 is built.
    package var depth: Int
    /// Channels of the stem and of the first stage; each further stage has twice as many.
    package var width: Int
    package var shortcut: Shortcut
    /// Stride of the stem along axes 0, 1 and 2.
    package var stemStride: [Int]
    /// Stride of the first block of each stage, the same along all axes.
    package var stageStrides: [Int]
    /// Dilation of the 3×3×3 convolutions of each stage.
    package var stageDilations: [Int]
    package var inputChannels: Int
    package var classes: Int

    package init(
        depth: Int = 18, width: Int = 64, shortcut: Shortcut = .b, stemStride: [Int] = [1, 2, 2],
        stageStrides: [Int] = [1, 2, 2, 2], stageDilations: [Int] = [1, 1, 1, 1], inputChannels: Int = 1,
        classes: Int = 2
    ) {
        self.depth = depth
        self.width = width
        self.shortcut = shortcut
        self.stemStride = stemStride
        self.stageStrides = stageStrides
        self.stageDilations = stageDilations
        self.inputChannels = inputChannels
        self.classes = classes
    }

    static let stemKernel = 7
    static let poolKernel = 3
    static let poolStride = 2
    static let blocksPerStage = [2, 2, 2, 2]
    static let widthLimits = 1...1024
    static let classLimits = 2...1000

    /// - Throws: `NETWORK_UNSUPPORTED` for any network that this engine does not build.
    package func validate() throws(ConvNetError) {
        let paper = Architecture()
        try require(depth == 18, "depth", "Only ResNet-18 is built, not ResNet-\(depth).")
        try require(
            Self.widthLimits.contains(width), "width", "The width must be within \(Self.widthLimits), not \(width).")
        try require(
            stemStride == paper.stemStride, "stemStride", "Only the paper's stem stride \(paper.stemStride) is built.")
        try require(
            stageStrides == paper.stageStrides, "stageStrides",
            "Only the paper's stage strides \(paper.stageStrides) are built.")
        try require(
            stageDilations == paper.stageDilations, "stageDilations", "Only stages without dilation are built.")
        try require(inputChannels == 1, "inputChannels", "Only one input channel is built, not \(inputChannels).")
        try require(
            Self.classLimits.contains(classes), "classes",
            "The number of classes must be within \(Self.classLimits), not \(classes).")
    }

    private func require(_ fine: Bool, _ field: String, _ fault: String) throws(ConvNetError) {
        guard fine else {
            throw ConvNetError(
                .badArchitecture, fault + " Use a model of an architecture that this version knows.", subject: field)
        }
    }
}
