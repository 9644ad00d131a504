/// A 3D residual network for inference: weights in, logits and feature maps out.
///
/// Values are float32. The same input gives the same bits on every run with the same number of threads and the same
/// kernels. Source of the layout: Hara et al. 2018, as used by the paper.
package final class ResNet3D: Sendable {
    package let architecture: Architecture
    package let weights: NetworkWeights
    /// The last layer. `weight` is (classes, features), `bias` (classes).
    package let classifier: (weight: Tensor, bias: [Float])

    /// - Parameter state: every tensor of `architecture.parameterShapes`, copied; `*.num_batches_tracked` may be there too.
    /// - Throws: `NETWORK_UNSUPPORTED`, `WEIGHTS_DO_NOT_FIT` naming the tensors, `NETWORK_NOT_FINITE`.
    package convenience init(_ architecture: Architecture, state: [String: Tensor]) throws(ConvNetError) {
        try self.init(architecture, weights: state.mapValues { WeightView($0) })
    }

    /// As `init(_:state:)`, with weights that stay where they are, such as in a mapped file (`SafetensorsFile.map`).
    package init(_ architecture: Architecture, weights state: [String: WeightView]) throws(ConvNetError) {
        weights = try NetworkWeights(architecture, state)
        self.architecture = architecture
        classifier = (weights.classifier.weight.tensor, weights.classifier.bias.tensor.values)
    }

    /// A plan that can run this network, and every other of its architecture, on inputs of one shape.
    ///
    /// - Parameter input: voxels along axes 0, 1 and 2.
    /// - Throws: `NETWORK_INPUT_INVALID` for an input that no network takes, or less than one thread.
    package func plan(
        input: SIMD3<Int>, threads: Int, kernels: KernelSet = .standard
    ) throws(ConvNetError) -> InferencePlan {
        try InferencePlan(architecture, input: input, threads: threads, kernels: kernels)
    }

    /// Runs the network on a batch, one sample after the other.
    ///
    /// - Parameters:
    ///   - input: (n, 1, d, h, w), n and every axis at least one
    ///   - threads: how many threads may work at once, at least one. OpenBLAS, a setting of the whole process, is set to one
    ///     thread per worker.
    /// - Throws: `NETWORK_INPUT_INVALID`; `NETWORK_NOT_FINITE` where a value of the result is infinite or not a number.
    package func forward(_ input: Tensor, threads: Int) throws(ConvNetError) -> ForwardResult {
        try forward(input, on: plan(input: checkedShape(input), threads: threads))
    }

    /// As `forward(_:threads:)`, with a plan that is kept for the next input or the next network.
    ///
    /// - Parameters:
    ///   - plan: of this network's architecture and the input's shape; else `NETWORK_INPUT_INVALID` is thrown.
    ///   - profile: told of every layer's time.
    ///   - tap: shown the output of each stage, sample after sample, as (1, channels, d, h, w).
    package func forward(
        _ input: Tensor, on plan: InferencePlan, profile: LayerProfile? = nil,
        tap: ((_ stage: Architecture.Stage, _ output: Tensor) -> Void)? = nil
    ) throws(ConvNetError) -> ForwardResult {
        let shape = try checkedShape(input)
        guard plan.architecture == architecture, plan.input == shape else {
            throw ConvNetError(
                .badInput,
                "The plan was made for another network or for inputs of \(plan.input.x)×\(plan.input.y)×\(plan.input.z), "
                    + "not \(shape.x)×\(shape.y)×\(shape.z); make one for this input.",
                subject: "plan")
        }
        var logits: [Float] = []
        var features: [Tensor] = []
        input.values.withUnsafeBufferPointer { values in
            for n in 0..<input.shape[0] {
                let sample = values.baseAddress! + n * input.spatialCount
                let pass = plan.run(weights, on: sample, profile: profile) { stage, output in
                    tap?(stage, output.tensor())
                }
                logits += pass.logits
                features.append(pass.layer4.tensor())
            }
        }
        let result = ForwardResult(
            logits: Tensor(shape: [input.shape[0], architecture.classes], values: logits),
            layer4: Tensor.batch(features))
        guard result.logits.isFinite, result.layer4.isFinite else {
            throw ConvNetError(
                .notFinite, "The network's output is not finite; check the input and the weights.", subject: "layer4")
        }
        return result
    }

    /// Voxels of each sample of an input, whose other axes are right.
    func checkedShape(_ input: Tensor) throws(ConvNetError) -> SIMD3<Int> {
        guard input.shape.count == 5, input.shape[1] == architecture.inputChannels, input.shape.allSatisfy({ $0 > 0 })
        else {
            throw ConvNetError(
                .badInput, "The input must be (n, \(architecture.inputChannels), d, h, w), not \(input.shape).",
                subject: "input")
        }
        return input.spatialShape
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
