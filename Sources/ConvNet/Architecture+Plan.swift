extension Architecture {
    /// The first convolution, followed by batch norm, ReLU and `pool`.
    package var stem: ConvolutionPlan {
        ConvolutionPlan(
            "conv1", norm: "bn1", from: inputChannels, to: width, kernel: Self.stemKernel, stride: stemSteps)
    }

    /// The window of the max-pool behind the stem.
    package var pool: ConvolutionGeometry {
        ConvolutionGeometry(
            kernel: SIMD3(repeating: Self.poolKernel), stride: SIMD3(repeating: Self.poolStride),
            padding: SIMD3(repeating: Self.poolKernel / 2))
    }

    /// Blocks of each of the four stages, in the order in which they run.
    ///
    /// - Precondition: `validate()` passes.
    package var stages: [[BlockPlan]] {
        guard let counts = Self.blocksPerStage[depth] else { preconditionFailure("the architecture was validated") }
        var channels = width
        return counts.enumerated().map { index, blocks in
            (0..<blocks).map { block in
                let from = channels
                channels = (width << index) * expansion
                return blockPlan(stage: index, block: block, from: from)
            }
        }
    }

    /// The blocks of all stages.
    package var blocks: [BlockPlan] { stages.flatMap(\.self) }

    /// Every convolution with its batch norm, in the order in which PyTorch lists their parameters.
    package var convolutions: [ConvolutionPlan] { [stem] + blocks.flatMap(\.allConvolutions) }

    /// Stride of the stem along axes 0, 1 and 2.
    var stemSteps: SIMD3<Int> { SIMD3(stemStride[0], stemStride[1], stemStride[2]) }

    private func blockPlan(stage index: Int, block: Int, from: Int) -> BlockPlan {
        let planes = width << index
        let to = planes * expansion
        let name = "layer\(index + 1).\(block)"
        let step = block == 0 ? stageStrides[index] : 1
        let stride = SIMD3(repeating: step)
        let dilation = stageDilations[index]
        func convolution(
            _ number: Int, _ from: Int, _ to: Int, kernel: Int, stride: SIMD3<Int> = SIMD3(repeating: 1)
        ) -> ConvolutionPlan {
            ConvolutionPlan(
                "\(name).conv\(number)", norm: "\(name).bn\(number)", from: from, to: to, kernel: kernel,
                stride: stride, dilation: kernel == 1 ? 1 : dilation)
        }
        let convolutions =
            hasBottlenecks
            ? [
                convolution(1, from, planes, kernel: 1), convolution(2, planes, planes, kernel: 3, stride: stride),
                convolution(3, planes, to, kernel: 1),
            ]
            : [convolution(1, from, planes, kernel: 3, stride: stride), convolution(2, planes, to, kernel: 3)]
        let around: BlockPlan.Shortcut =
            if step == 1 && from == to {
                .identity
            } else if shortcut == .a {
                .zeroPad(stride: step)
            } else {
                .projection(
                    ConvolutionPlan(
                        "\(name).downsample.0", norm: "\(name).downsample.1", from: from, to: to, kernel: 1,
                        stride: stride))
            }
        return BlockPlan(
            name: name, stage: Stage.allCases[index + 1], convolutions: convolutions, shortcut: around,
            inputChannels: from, outputChannels: to, stride: step)
    }
}
