extension TrainingNetwork {
    /// Blocks in front of the first one that is trained; nil where the stem is trained, so that there is no trunk.
    var trunkBlocks: Int? { stem.trains ? nil : blocks.firstIndex { $0.trains } ?? blocks.count }

    /// Channels of what `trunkFeatures` gives.
    package var trunkChannels: Int {
        guard let count = trunkBlocks else { return architecture.inputChannels }
        return count == 0 ? architecture.width : blocks[count - 1].plan.outputChannels
    }

    /// True where there are frozen parts in front of the first trained one, so that their output can be stored.
    package var hasTrunk: Bool { trunkBlocks != nil }

    /// Cells of what `trunkFeatures` gives along axes 0, 1 and 2; the input's voxels where there is no trunk.
    package func trunkShape(input: SIMD3<Int>) -> SIMD3<Int> {
        guard let count = trunkBlocks else { return input }
        return blocks[..<count].reduce(architecture.stageShape(.maxpool, input: input)) { $1.plan.output(of: $0) }
    }

    /// What the frozen parts in front of the first trained one make of an input, as at inference; the input itself where
    /// there are none. Training does not change it, so it may be stored.
    ///
    /// - Parameter input: (n, 1, d, h, w)
    /// - Returns: (n, channels, d', h', w'); each sample is computed for itself.
    /// - Throws: `NETWORK_INPUT_INVALID`
    package func trunkFeatures(_ input: Tensor) throws(ConvNetError) -> Tensor {
        try check(input)
        guard let count = trunkBlocks else { return input }
        return Tensor.batch(
            (0..<input.shape[0]).map { n in
                let y = fixed(stem.forward(input.sample(n), work), blocks: 0..<count)
                defer { work.pool.giveBack(y) }
                return y.tensor()
            })
    }

    /// Logits as at inference, (n, classes), of inputs (n, 1, d, h, w).
    ///
    /// - Throws: `NETWORK_INPUT_INVALID`, `NETWORK_NOT_FINITE`
    package func evaluate(_ input: Tensor) throws(ConvNetError) -> Tensor {
        try evaluate(features: trunkFeatures(input))
    }

    /// Logits as at inference, (n, classes), of what `trunkFeatures` gave.
    package func evaluate(features: Tensor) throws(ConvNetError) -> Tensor {
        let first = trunkBlocks ?? 0
        var logits: [Double] = []
        for n in 0..<features.shape[0] {
            let sample = features.sample(n)
            let x = trunkBlocks == nil ? stem.forward(sample, work) : pooled(sample)
            let y = fixed(x, blocks: first..<blocks.count)
            logits += classifier.forward(GlobalAveragePool.forward(y))
            work.pool.giveBack(y)
        }
        let result = Tensor(
            shape: [features.shape[0], architecture.classes], values: logits.map { Float($0) })
        guard result.isFinite else {
            throw ConvNetError(
                .notFinite, "The network's output is not finite; check the input and the weights.", subject: "logits")
        }
        return result
    }

    /// Runs blocks as at inference. `x` is given back to the pool.
    func fixed(_ x: Activations, blocks range: Range<Int>) -> Activations {
        var x = x
        for block in fixedBlocks[range] {
            let y = block.forward(x, work)
            work.pool.giveBack(x)
            x = y
        }
        return x
    }

    /// A tensor's values in memory of the pool.
    func pooled(_ tensor: Tensor) -> Activations {
        let x = work.pool.take(samples: tensor.shape[0], channels: tensor.shape[1], shape: tensor.spatialShape)
        x.fill(with: tensor)
        return x
    }

    func check(_ input: Tensor) throws(ConvNetError) {
        guard input.shape.count == 5, input.shape[1] == architecture.inputChannels, input.shape.allSatisfy({ $0 > 0 })
        else {
            throw ConvNetError(
                .badInput, "The input must be (n, \(architecture.inputChannels), d, h, w), not \(input.shape).",
                subject: "input")
        }
    }
}
