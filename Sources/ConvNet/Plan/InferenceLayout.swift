/// The steps of a forward pass, and the place of every activation in one stretch of memory.
///
/// A block whose shortcut is the identity writes its output over its input, which its last convolution adds; any other
/// block writes its shortcut first and its output over that. So no more than the input, the output and what lies between
/// two convolutions is held at once: for a ResNet-18 two activations of the first stage.
struct InferenceLayout {
    struct Place {
        let offset: Int
        let channels: Int
        let shape: SIMD3<Int>

        func view(of memory: AlignedMemory) -> Activations {
            Activations(in: memory, at: offset, channels: channels, shape: shape)
        }
    }

    enum Step {
        case stem(ConvolutionPlan, to: Place)
        case convolution(_ index: Int, ConvolutionPlan, from: Place, adds: Bool, relu: Bool, to: Place)
        case zeroPad(block: String, stride: Int, from: Place, to: Place)
        case output(Architecture.Stage, Place)
    }

    private(set) var steps: [Step] = []
    /// The last stage's output.
    private(set) var features: Place
    private var memory = MemoryPlan()
    /// Number of the next convolution, in the order of `Architecture.convolutions`.
    private var next = 1

    /// Floats of the whole stretch.
    var count: Int { memory.count }

    /// - Precondition: the architecture is valid, and every axis of the input at least one.
    init(_ architecture: Architecture, input: SIMD3<Int>) {
        let shape = architecture.stageShape(.maxpool, input: input)
        features = Place(
            offset: memory.take(Activations.count(samples: 1, channels: architecture.width, shape: shape)),
            channels: architecture.width, shape: shape)
        steps = [.stem(architecture.stem, to: features), .output(.maxpool, features)]
        for blocks in architecture.stages {
            for block in blocks { add(block) }
            if let stage = blocks.first?.stage { steps.append(.output(stage, features)) }
        }
    }

    private mutating func take(channels: Int, shape: SIMD3<Int>) -> Place {
        Place(
            offset: memory.take(Activations.count(samples: 1, channels: channels, shape: shape)), channels: channels,
            shape: shape)
    }

    private mutating func add(_ block: BlockPlan) {
        let x = features
        let first = next
        next += block.allConvolutions.count
        // All but the last convolution: each output replaces the one before.
        var inner = x
        for (index, convolution) in block.convolutions.dropLast().enumerated() {
            let from = inner
            inner = take(
                channels: convolution.outputChannels, shape: convolution.geometry.outputShape(of: from.shape))
            steps.append(.convolution(first + index, convolution, from: from, adds: false, relu: true, to: inner))
            if index > 0 { memory.free(from.offset) }
        }
        switch block.shortcut {
        case .identity: break
        case .zeroPad(let stride):
            features = take(channels: block.outputChannels, shape: block.output(of: x.shape))
            steps.append(.zeroPad(block: block.name, stride: stride, from: x, to: features))
        case .projection(let projection):
            features = take(channels: block.outputChannels, shape: block.output(of: x.shape))
            steps.append(
                .convolution(
                    first + block.convolutions.count, projection, from: x, adds: false, relu: false, to: features))
        }
        if features.offset != x.offset { memory.free(x.offset) }
        let last = block.convolutions.count - 1
        steps.append(
            .convolution(first + last, block.convolutions[last], from: inner, adds: true, relu: true, to: features))
        memory.free(inner.offset)
    }
}
