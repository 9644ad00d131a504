extension ResNet3D {
    /// Grad-CAM of a stage: Σ over its channels of activation × mean gradient of a class's logit, signed (Selvaraju et al.
    /// 2017), with batch norm as at inference.
    ///
    /// Behind layer4 stand a global average pool and one linear layer, so its gradient is the class's weight divided by the
    /// number of cells and nothing runs backward. Any other stage's gradient comes from a pass back that ends there, with a
    /// copy of the weights.
    ///
    /// - Parameters:
    ///   - input: (1, 1, d, h, w)
    ///   - classIndex: within 0 ..< classes.
    /// - Returns: (1, 1, a, b, c), the stage's cells: `Architecture.stageShape`.
    /// - Throws: `NETWORK_INPUT_INVALID`, `NETWORK_NOT_FINITE`
    package func gradCAM(
        _ input: Tensor, stage: Architecture.Stage = .layer4, classIndex: Int, threads: Int,
        kernels: KernelSet = .standard
    ) throws(ConvNetError) -> Tensor {
        let shape = try checkedShape(input)
        guard input.shape[0] == 1, (0..<architecture.classes).contains(classIndex) else {
            throw ConvNetError(
                .badInput,
                "A map is made of one sample and one class within 0..<\(architecture.classes), not of "
                    + "\(input.shape[0]) samples and class \(classIndex).",
                subject: "class")
        }
        let plan = try plan(input: shape, threads: threads, kernels: kernels)
        if stage == .layer4 {
            return try forward(input, on: plan).layer4Map(classifier: classifier.weight, classIndex: classIndex)
        }
        let network = try TrainingNetwork(
            architecture, weights: weights.state, trainable: [], Execution(threads: threads, kernels: kernels))
        let map = try network.gradCAM(input, stage: stage, classIndex: classIndex)
        return Tensor(shape: [1, 1] + map.shape, values: map.values)
    }
}

extension ForwardResult {
    /// Grad-CAM of layer4, Σ_k w_ck · A_k / N of one class: (n, 1, a, b, c), signed, summed in double.
    ///
    /// Summed over its N cells, plus the class's bias, it is the class's logit.
    /// - Parameters:
    ///   - classifier: the last layer's weight, (classes, features).
    ///   - classIndex: within 0 ..< classes.
    package func layer4Map(classifier: Tensor, classIndex: Int) -> Tensor {
        let (batch, channels, cells) = (layer4.shape[0], layer4.shape[1], layer4.spatialCount)
        precondition(classifier.shape[1] == channels, "the classifier reads layer4's features")
        precondition((0..<classifier.shape[0]).contains(classIndex), "the class is one of the classifier's")
        let weights = classifier.values[(classIndex * channels)..<((classIndex + 1) * channels)]
        var map = [Double](repeating: 0, count: batch * cells)
        layer4.values.withUnsafeBufferPointer { activations in
            for n in 0..<batch {
                for (channel, weight) in weights.enumerated() {
                    let plane = (n * channels + channel) * cells
                    for v in 0..<cells { map[n * cells + v] += Double(weight) * Double(activations[plane + v]) }
                }
            }
        }
        return Tensor(shape: [batch, 1] + layer4.shape[2...], values: map.map { Float($0 / Double(cells)) })
    }
}
