extension InferencePlan {
    /// One forward pass.
    ///
    /// - Parameters:
    ///   - weights: of this plan's architecture.
    ///   - volume: one value per voxel of `input`, C order.
    ///   - profile: told of every layer.
    ///   - tap: shown every stage's output, which the next step overwrites.
    /// - Returns: one logit per class, and the last stage's output, which the next run overwrites. They are finite where
    ///   the input is and nothing overflows: not checked here.
    package func run(
        _ weights: NetworkWeights, on volume: UnsafePointer<Float>, profile: LayerProfile? = nil,
        tap: ((Architecture.Stage, Activations) -> Void)? = nil
    ) -> (logits: [Float], layer4: Activations) {
        precondition(weights.architecture == architecture, "weights and plan are of one architecture")
        for step in steps {
            if case .output(let stage, let output) = step.work {
                tap?(stage, output)
            } else if let profile {
                profile.measure(step.name, operations: step.operations) { perform(step.work, weights, volume) }
            } else {
                perform(step.work, weights, volume)
            }
        }
        var logits: [Float] = []
        let classify = { logits = self.logits(weights) }
        if let profile { profile.measure("fc", operations: 0, classify) } else { classify() }
        return (logits, features)
    }

    private func perform(_ work: InferenceStep.Work, _ weights: NetworkWeights, _ volume: UnsafePointer<Float>) {
        switch work {
        case .stem(let stem, let output):
            let parameters = weights.convolutions[0]
            stem.forwardPooled(
                volume, weight: parameters.weight.pointer, scale: parameters.scale,
                bias: UnsafePointer(parameters.bias.base), into: output, execution)
        case .convolution(let index, let algorithm, let input, let adds, let relu, let output):
            let parameters = weights.convolutions[index]
            algorithm.forward(
                input, weight: parameters.weight.pointer, scale: parameters.scale,
                epilogue: Epilogue(
                    bias: UnsafePointer(parameters.bias.base), residual: adds ? output : nil, relu: relu),
                into: output, execution)
        case .zeroPad(let stride, let input, let output):
            ZeroPadShortcut(outputChannels: output.channels, stride: stride).forward(
                input, into: output, execution)
        case .output: break
        }
    }

    /// Global average pool and the linear layer behind it, in double.
    private func logits(_ weights: NetworkWeights) -> [Float] {
        let linear = LinearLayer(
            inputs: architecture.features, outputs: architecture.classes, weight: weights.classifier.weight.pointer,
            bias: weights.classifier.bias.pointer)
        return linear.forward(GlobalAveragePool.forward(features)).map { Float($0) }
    }
}
