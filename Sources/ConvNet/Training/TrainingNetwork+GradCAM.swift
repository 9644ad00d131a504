extension TrainingNetwork {
    /// Grad-CAM of a stage, as at inference: Σ over channels of activation × mean gradient of the class's logit
    /// (Selvaraju et al. 2017), signed, without ReLU.
    ///
    /// The way back ends at the stage, and no gradient of a weight is computed.
    /// - Parameters:
    ///   - input: (1, 1, d, h, w)
    ///   - classIndex: within 0 ..< classes
    /// - Returns: (d', h', w') of the stage's cells.
    /// - Throws: `NETWORK_INPUT_INVALID`, `NETWORK_NOT_FINITE`
    package func gradCAM(
        _ input: Tensor, stage: Architecture.Stage, classIndex: Int
    ) throws(ConvNetError) -> Tensor {
        try check(input)
        guard input.shape[0] == 1, (0..<architecture.classes).contains(classIndex) else {
            throw ConvNetError(
                .badInput, "A map is made of one sample and one class of \(architecture.classes).", subject: "class")
        }
        let first = fixedBlocks.firstIndex { $0.plan.stage.index > stage.index } ?? fixedBlocks.count
        let activation = fixed(stem.forward(input, work), blocks: 0..<first)
        var outputs = [activation]
        var traces: [TrainingBlock.Trace] = []
        for block in fixedBlocks[first...] {
            let (y, trace) = block.forward(outputs[outputs.count - 1], updatesStatistics: false, work)
            outputs.append(y)
            traces.append(trace)
        }
        var gradient = work.pool.take(like: outputs[outputs.count - 1])
        GlobalAveragePool.backward(
            (0..<classifier.inputs).map { Double(classifier.weight[classIndex * classifier.inputs + $0]) },
            into: gradient)
        for index in traces.indices.reversed() {
            let y = outputs.removeLast()
            let dx = fixedBlocks[first + index].backward(
                outputs[index], y: y, traces[index], dy: gradient, needsInput: true, work)
            work.pool.giveBack(y)
            guard let dx else { preconditionFailure("the gradient of the input was asked for") }
            gradient = dx
        }
        defer { [activation, gradient].forEach(work.pool.giveBack) }
        let weights = GlobalAveragePool.forward(gradient)
        let map = Tensor(
            shape: [activation.shape.x, activation.shape.y, activation.shape.z],
            values: (0..<activation.voxels).map { voxel in
                let row = activation.base + activation.index(0, 0, voxel)
                return Float(weights.indices.reduce(0.0) { $0 + weights[$1] * Double(row[$1]) })
            })
        guard map.isFinite else {
            throw ConvNetError(
                .notFinite, "The map is not finite; check the input and the weights.", subject: stage.rawValue)
        }
        return map
    }
}
