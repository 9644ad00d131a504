/// A residual block: two 3×3×3 convolutions and a shortcut around them.
struct BlockPlan: Sendable, Hashable {
    /// Begin of its parameters' names, as in "layer2.0".
    let name: String
    let inputChannels: Int
    let outputChannels: Int
    let stride: Int
    let dilation: Int

    /// True where input and output differ in shape, so that a shortcut of type A or B is needed.
    var changesShape: Bool { stride != 1 || inputChannels != outputChannels }
}

extension Architecture {
    /// Blocks of each of the four stages, in the order in which they run.
    var stages: [[BlockPlan]] {
        var channels = width
        return Self.blocksPerStage.enumerated().map { stage, blocks in
            (0..<blocks).map { block in
                let planes = width << stage
                defer { channels = planes }
                return BlockPlan(
                    name: "layer\(stage + 1).\(block)", inputChannels: channels, outputChannels: planes,
                    stride: block == 0 ? stageStrides[stage] : 1, dilation: stageDilations[stage])
            }
        }
    }

    /// Channels of the last stage's output, which the classifier reads.
    package var features: Int { width << (Self.blocksPerStage.count - 1) }

    /// Name and shape of every tensor of the state, in the order and with the names that PyTorch gives them.
    ///
    /// Batch norm contributes weight, bias, running_mean and running_var; PyTorch's `num_batches_tracked` is left out.
    package var parameterShapes: [(name: String, shape: [Int])] {
        var all: [(name: String, shape: [Int])] = []
        func convolution(_ name: String, _ from: Int, _ to: Int, kernel: Int) {
            all.append((name + ".weight", [to, from, kernel, kernel, kernel]))
        }
        func batchNorm(_ name: String, _ channels: Int) {
            for part in ["weight", "bias", "running_mean", "running_var"] {
                all.append(("\(name).\(part)", [channels]))
            }
        }
        convolution("conv1", inputChannels, width, kernel: Self.stemKernel)
        batchNorm("bn1", width)
        for block in stages.joined() {
            convolution(block.name + ".conv1", block.inputChannels, block.outputChannels, kernel: 3)
            batchNorm(block.name + ".bn1", block.outputChannels)
            convolution(block.name + ".conv2", block.outputChannels, block.outputChannels, kernel: 3)
            batchNorm(block.name + ".bn2", block.outputChannels)
            if shortcut == .b && block.changesShape {
                convolution(block.name + ".downsample.0", block.inputChannels, block.outputChannels, kernel: 1)
                batchNorm(block.name + ".downsample.1", block.outputChannels)
            }
        }
        all.append(("fc.weight", [classes, features]))
        all.append(("fc.bias", [classes]))
        return all
    }

    /// Input voxels between the receptive-field centres of neighbouring layer4 cells: cell i sees input voxel stride · i.
    package var layer4Stride: SIMD3<Int> {
        SIMD3(stemStride[0], stemStride[1], stemStride[2]) &* (Self.poolStride * stageStrides.reduce(1, *))
    }

    /// Number of layer4 cells along axes 0, 1 and 2.
    ///
    /// - Parameter input: voxels of the network's input along axes 0, 1 and 2, each at least one.
    package func layer4Shape(input: SIMD3<Int>) -> SIMD3<Int> {
        // Every layer pads by half its kernel, so each makes ceil(n / stride) of n.
        func strided(_ n: SIMD3<Int>, by stride: SIMD3<Int>) -> SIMD3<Int> { (n &- 1) / stride &+ 1 }
        var shape = strided(input, by: SIMD3(stemStride[0], stemStride[1], stemStride[2]))
        shape = strided(shape, by: SIMD3(repeating: Self.poolStride))
        for stride in stageStrides { shape = strided(shape, by: SIMD3(repeating: stride)) }
        return shape
    }
}
