extension Architecture {
    /// Channels of the last stage's output, which the classifier reads.
    package var features: Int { channels(of: .layer4) }

    /// Name and shape of every tensor of the state, in the order and with the names that PyTorch gives them.
    ///
    /// Batch norm contributes weight, bias, running_mean and running_var; PyTorch's `num_batches_tracked` is left out.
    /// - Precondition: `validate()` passes.
    package var parameterShapes: [(name: String, shape: [Int])] {
        var all: [(name: String, shape: [Int])] = []
        for convolution in convolutions {
            all.append((convolution.weightName, convolution.weightShape))
            for part in ["weight", "bias", "running_mean", "running_var"] {
                all.append(("\(convolution.norm).\(part)", [convolution.outputChannels]))
            }
        }
        all.append(("fc.weight", [classes, features]))
        all.append(("fc.bias", [classes]))
        return all
    }

    /// Channels of a stage's output.
    package func channels(of stage: Stage) -> Int {
        stage == .maxpool ? width : (width << (stage.index - 1)) * expansion
    }

    /// Input voxels between the receptive-field centres of neighbouring cells: cell i sees input voxel stride · i.
    package func stageStride(_ stage: Stage) -> SIMD3<Int> {
        stemSteps &* (Self.poolStride * stageStrides.prefix(stage.index).reduce(1, *))
    }

    /// Number of a stage's cells along axes 0, 1 and 2.
    ///
    /// - Parameter input: voxels of the network's input along axes 0, 1 and 2, each at least one.
    package func stageShape(_ stage: Stage, input: SIMD3<Int>) -> SIMD3<Int> {
        // Every layer pads by half of what its kernel spans, so each makes ⌈n / stride⌉ of n, and ⌈⌈n / a⌉ / b⌉ = ⌈n / ab⌉.
        (input &- 1) / stageStride(stage) &+ 1
    }

    /// `stageStride` of the last stage.
    package var layer4Stride: SIMD3<Int> { stageStride(.layer4) }

    /// `stageShape` of the last stage.
    package func layer4Shape(input: SIMD3<Int>) -> SIMD3<Int> { stageShape(.layer4, input: input) }
}
