/// A 3D residual network for inference: weights in, logits and the last feature maps out.
///
/// Batch norm uses its running statistics and is folded into the convolutions when the network is made. Values are
/// float32; the result does not depend on the number of threads. Source of the layout: Hara et al. 2018, as used by the paper.
package final class ResNet3D: Sendable {
    package let architecture: Architecture
    /// The last layer. `weight` is (classes, features), `bias` (classes).
    package let classifier: (weight: Tensor, bias: [Float])
    private let stem: Conv3D
    private let pool: MaxPool3D
    private let stages: [[ResidualBlock]]
    private let linear: Linear

    /// - Parameter state: every tensor of `architecture.parameterShapes`; `*.num_batches_tracked` may be there too.
    /// - Throws: `NETWORK_UNSUPPORTED`, `WEIGHTS_DO_NOT_FIT` naming the tensors, `NETWORK_NOT_FINITE`.
    package init(_ architecture: Architecture, state: [String: Tensor]) throws(ConvNetError) {
        try architecture.validate()
        try Self.check(state, against: architecture)
        let weights = NamedWeights(state: state)
        self.architecture = architecture
        stem = weights.convolution(architecture.stem)
        pool = MaxPool3D(
            kernel: Architecture.poolKernel, stride: Architecture.poolStride, padding: Architecture.poolKernel / 2)
        stages = architecture.stages.map { stage in stage.map { ResidualBlock($0, weights: weights) } }
        classifier = (weights["fc.weight"], weights["fc.bias"].values)
        linear = Linear(weight: classifier.weight, bias: classifier.bias)
    }

    /// Runs the network on a batch, one sample after the other.
    ///
    /// - Parameters:
    ///   - input: (n, 1, d, h, w), n and every axis at least one
    ///   - threads: how many threads may work at once, at least one. OpenBLAS, a setting of the whole process, is set to one
    ///     thread per worker.
    /// - Throws: `NETWORK_INPUT_INVALID`; `NETWORK_NOT_FINITE` where a value of the result is infinite or not a number.
    package func forward(_ input: Tensor, threads: Int) throws(ConvNetError) -> ForwardResult {
        try forward(input, threads: threads) { _, _ in }
    }

    /// As `forward(_:threads:)`, and shows the output of each stage, sample after sample, to `tap`: "maxpool", "layer1" to
    /// "layer4" as (1, channels, d, h, w), "avgpool" as (1, channels).
    package func forward(
        _ input: Tensor, threads: Int, tap: (_ name: String, _ output: Tensor) -> Void
    ) throws(ConvNetError) -> ForwardResult {
        guard threads > 0 else {
            throw ConvNetError(
                .badInput, "A network needs at least one thread; correct the setting.", subject: "threads")
        }
        guard input.shape.count == 5, input.shape[1] == architecture.inputChannels, input.shape.allSatisfy({ $0 > 0 })
        else {
            throw ConvNetError(
                .badInput, "The input must be (n, \(architecture.inputChannels), d, h, w), not \(input.shape).",
                subject: "input")
        }
        var logits: [Tensor] = []
        var features: [Tensor] = []
        for n in 0..<input.shape[0] {
            let layer4 = backbone(input.sample(n), threads, tap)
            let pooled = GlobalAveragePool.forward(layer4)
            tap("avgpool", pooled)
            logits.append(linear.forward(pooled))
            features.append(layer4)
        }
        let result = ForwardResult(logits: Tensor.batch(logits), layer4: Tensor.batch(features))
        guard result.logits.isFinite, result.layer4.isFinite else {
            throw ConvNetError(
                .notFinite, "The network's output is not finite; check the input and the weights.", subject: "layer4")
        }
        return result
    }

    private func backbone(_ input: Tensor, _ threads: Int, _ tap: (String, Tensor) -> Void) -> Tensor {
        // Each activation is freed as the next replaces it.
        var x = stem.forward(input, threads: threads, relu: true)
        x = pool.forward(x, threads: threads)
        tap("maxpool", x)
        for (index, stage) in stages.enumerated() {
            for block in stage { x = block.forward(x, threads: threads) }
            tap("layer\(index + 1)", x)
        }
        return x
    }

    private static func check(_ state: [String: Tensor], against architecture: Architecture) throws(ConvNetError) {
        let report = StateDictReport.compare(state, to: architecture)
        guard report.fits else {
            throw ConvNetError(
                .stateMismatch,
                "The weights do not fit the architecture: \(report.missing.count) tensors are missing, "
                    + "\(report.unexpected.count) unexpected, \(report.mismatched.count) of another shape. "
                    + "Use the weights that belong to this model.",
                subject: (report.missing + report.mismatched + report.unexpected).first)
        }
        for (name, _) in architecture.parameterShapes {
            guard let tensor = state[name], tensor.isFinite else {
                throw ConvNetError(
                    .notFinite, "A weight is infinite or not a number; the file is damaged or training failed.",
                    subject: name)
            }
            if name.hasSuffix(".running_var"), tensor.values.contains(where: { $0 < 0 }) {
                throw ConvNetError(.stateMismatch, "A variance is negative; the file is damaged.", subject: name)
            }
        }
    }
}

/// What a network makes of a batch.
package struct ForwardResult: Sendable {
    /// (n, classes)
    package let logits: Tensor
    /// Output of the last stage, after ReLU: (n, features, a, b, c).
    package let layer4: Tensor

    package init(logits: Tensor, layer4: Tensor) {
        self.logits = logits
        self.layer4 = layer4
    }
}
