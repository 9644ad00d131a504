extension TrainingNetwork {
    /// A loss that the caller computes from the output of the last stage, cell by cell or however it likes.
    ///
    /// - `output`: of layer4 behind its last ReLU, in training mode; valid during the call, not to be written.
    /// - `gradient`: zeros of the same shape, where the gradient of `output` goes; channels that fill up stay zero.
    /// - Returns: the loss. What the caller's own parameters learn from it is the caller's affair.
    package typealias DenseLoss = (_ output: Activations, _ gradient: Activations) -> Double

    /// One step of training on a loss of the caller's. `fc` takes no part in it, unless `targets` are given.
    ///
    /// - Parameters:
    ///   - input: (n, 1, d, h, w)
    ///   - targets: where given, one class per sample; their cross-entropy is added to the caller's loss.
    ///   - loss: called once.
    /// - Returns: the sum of the losses before the step.
    /// - Throws: as `trainingStep`. Where the loss is not finite, nothing in this network was changed.
    @discardableResult
    package func denseStep(
        _ input: Tensor, targets: [Int]? = nil, learningRate: Double = 0.001, loss: DenseLoss
    ) throws(ConvNetError) -> Double {
        try denseStep(features: trunkFeatures(input), targets: targets, learningRate: learningRate, loss: loss)
    }

    /// The same step on what `trunkFeatures` made of the input.
    @discardableResult
    package func denseStep(
        features: Tensor, targets: [Int]? = nil, learningRate: Double = 0.001, loss: DenseLoss
    ) throws(ConvNetError) -> Double {
        let value = try denseBackward(features: features, targets: targets, loss: loss)
        stepAdam(learningRate)
        return value
    }

    /// The way there and back without a step: `gradients` then gives the gradient of every trained parameter. Running
    /// statistics take in the batch.
    package func denseBackward(
        features: Tensor, targets: [Int]? = nil, loss: DenseLoss
    ) throws(ConvNetError) -> Double {
        try check(features: features)
        if let targets { try check(targets, of: features) }
        let part = TrainedPart(self)
        let top = part.forward(features)
        defer {
            part.giveBackAll()
            work.newStatistics = []
        }
        let dy = part.topGradient()
        var total = 0.0
        if let targets {
            // The gradient of the pooled features reaches every cell alike; the caller's is added to it.
            let (value, _, gradient) = classify(top, targets)
            let own = work.pool.take(like: dy)
            own.base.update(repeating: 0, count: own.count)
            total = value + loss(top, own)
            GlobalAveragePool.backward(gradient, into: dy)
            for at in 0..<dy.count { dy.base[at] += own.base[at] }
            work.pool.giveBack(own)
        } else {
            dy.base.update(repeating: 0, count: dy.count)
            total = loss(top, dy)
            for name in ["fc.weight", "fc.bias"] {
                store.gradient(name)?.update(repeating: 0, count: store.shape(name).reduce(1, *))
            }
        }
        do throws(ConvNetError) {
            try take(total)
        } catch {
            work.pool.giveBack(dy)
            throw error
        }
        part.backward(dy)
        return total
    }

    /// The output of layer4 as at inference, sample by sample.
    ///
    /// - Parameters:
    ///   - input: (n, 1, d, h, w)
    ///   - body: called with the number of each sample and its output, which is valid during the call.
    /// - Throws: `NETWORK_INPUT_INVALID`
    package func evaluateDense(
        _ input: Tensor, _ body: (_ sample: Int, _ output: Activations) -> Void
    ) throws(ConvNetError) {
        try check(input)
        for n in 0..<input.shape[0] {
            let y = fixed(stem.forward(input.sample(n), work), blocks: 0..<blocks.count)
            body(n, y)
            work.pool.giveBack(y)
        }
    }
}
