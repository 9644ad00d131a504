/// A residual network that learns: forward, backward and Adam on the parameters that are chosen, the rest frozen.
///
/// Parts whose parameters are not chosen run as at inference and keep their running statistics; no gradient is computed
/// below the first part that is trained. The parts in front of it, the trunk, can be run once and their output be stored.
/// Not for use by several threads at once; `threads` of its own work inside.
package final class TrainingNetwork {
    /// What is kept from the way there for the way back.
    package enum Memory: Sendable {
        /// The output of every convolution.
        case convolutionOutputs
        /// The input of every block; the block is computed again. Slower by a forward pass, for large networks.
        case blockInputs
    }

    package let architecture: Architecture
    package let memory: Memory
    let store: ParameterStore
    let work: TrainingWorkspace
    let stem: TrainingStem
    let blocks: [TrainingBlock]
    /// The same blocks with nothing to train: as at inference.
    let fixedBlocks: [TrainingBlock]
    let classifier: LinearLayer
    var adam: Adam?

    /// - Parameters:
    ///   - state: every tensor of `architecture.parameterShapes`; `*.num_batches_tracked` may be there too.
    ///   - trainable: begins of the names of what is trained, as in ["layer4", "fc"]; nil for everything.
    /// - Throws: `NETWORK_UNSUPPORTED`, `WEIGHTS_DO_NOT_FIT`, `NETWORK_NOT_FINITE`; `NETWORK_INPUT_INVALID` for a name that
    ///   no parameter begins with.
    package convenience init(
        _ architecture: Architecture, state: [String: Tensor], trainable: [String]? = nil,
        memory: Memory = .convolutionOutputs, threads: Int
    ) throws(ConvNetError) {
        try self.init(
            architecture, weights: state.mapValues { WeightView($0) }, trainable: trainable, memory: memory,
            Execution(threads: threads))
    }

    /// As above, with weights that may lie in a mapped file, which is read once, and with a choice of how each
    /// convolution is computed.
    package init(
        _ architecture: Architecture, weights: [String: WeightView], trainable: [String]? = nil,
        memory: Memory = .convolutionOutputs, _ execution: Execution,
        choose: @escaping (ConvolutionProblem) -> any ConvolutionAlgorithm = ConvolutionChoice.algorithm
    ) throws(ConvNetError) {
        try architecture.validate()
        let store = try ParameterStore(architecture, weights, trainable: trainable)
        self.architecture = architecture
        self.memory = memory
        self.store = store
        work = TrainingWorkspace(execution, choose: choose)
        stem = TrainingStem(architecture, store, frozen: false)
        func blocks(frozen: Bool) -> [TrainingBlock] {
            architecture.blocks.map {
                TrainingBlock($0, store, detached: architecture.shortcutDetached, frozen: frozen)
            }
        }
        self.blocks = blocks(frozen: false)
        fixedBlocks = blocks(frozen: true)
        classifier = LinearLayer(
            inputs: architecture.features, outputs: architecture.classes, weight: store["fc.weight"],
            bias: store["fc.bias"])
    }

    /// Told of the time of every convolution and norm, on the way there and back; nil where nobody asks.
    package var profile: LayerProfile? {
        get { work.profile }
        set { work.profile = newValue }
    }

    /// Names of the parameters that are trained, in PyTorch's order.
    package var trainable: [String] { store.trainable }

    /// Every parameter and running statistic, by PyTorch's names.
    package func state() -> [String: Tensor] { store.state() }

    /// The gradients of the last step, by name.
    package func gradients() -> [String: Tensor] { store.gradientTensors() }

    /// One step of training on a batch.
    ///
    /// - Parameters:
    ///   - input: (n, 1, d, h, w)
    ///   - targets: the class of each sample
    /// - Returns: the cross-entropy loss before the step, mean over the batch.
    /// - Throws: `NETWORK_INPUT_INVALID`; `NETWORK_NOT_FINITE` where the loss is not finite; then nothing was changed.
    @discardableResult
    package func trainingStep(
        _ input: Tensor, targets: [Int], learningRate: Double = 0.001
    ) throws(ConvNetError) -> Double {
        try trainingStep(features: trunkFeatures(input), targets: targets, learningRate: learningRate)
    }

    /// The same step on what `trunkFeatures` made of the input: same loss, same parameters, to the last bit.
    @discardableResult
    package func trainingStep(
        features: Tensor, targets: [Int], learningRate: Double = 0.001
    ) throws(ConvNetError) -> Double {
        let loss = try backward(features: features, targets: targets).loss
        stepAdam(learningRate)
        return loss
    }

    /// Changes every trained parameter by its gradient.
    func stepAdam(_ learningRate: Double) {
        let adam = self.adam ?? Adam(count: store.trainableCount)
        self.adam = adam
        work.measure("adam", .forward) {
            adam.step(store.parameters, gradients: store.gradients, learningRate: learningRate, work.execution)
        }
    }

    /// Forward in training mode, and the gradients of every trained parameter, which `gradients` then gives. Running
    /// statistics take in the batch.
    ///
    /// - Parameter features: of `trunkFeatures`
    /// - Returns: the loss and the logits, (n, classes).
    /// - Throws: as `trainingStep`.
    package func backward(
        features: Tensor, targets: [Int]
    ) throws(ConvNetError) -> (loss: Double, logits: Tensor) {
        try check(features: features)
        try check(targets, of: features)
        let part = TrainedPart(self)
        let top = part.forward(features)
        defer {
            part.giveBackAll()
            work.newStatistics = []
        }
        let (loss, logits, gradient) = classify(top, targets)
        try take(loss)
        let dy = part.topGradient()
        GlobalAveragePool.backward(gradient, into: dy)
        part.backward(dy)
        return (
            loss, Tensor(shape: [targets.count, architecture.classes], values: logits.map { Float($0) })
        )
    }

    /// The last layer on the way there and back, with its gradients stored.
    ///
    /// - Returns: the loss, the logits, and the gradient of the pooled features.
    func classify(_ top: Activations, _ targets: [Int]) -> (loss: Double, logits: [Double], gradient: [Double]) {
        let pooled = GlobalAveragePool.forward(top)
        let logits = classifier.forward(pooled)
        let (loss, gradient) = CrossEntropy.lossAndGradient(
            logits, classes: architecture.classes, targets: targets)
        classifier.gradients(
            pooled, gradient, weight: store.gradient("fc.weight"), bias: store.gradient("fc.bias"))
        return (loss, logits, classifier.inputGradient(gradient))
    }

    /// Lets the running statistics take in the batch, unless its loss is not finite.
    func take(_ loss: Double) throws(ConvNetError) {
        guard loss.isFinite else {
            throw ConvNetError(
                .notFinite, "The loss is not finite; check the input, lower the learning rate.", subject: "loss")
        }
        for (unit, statistics) in work.newStatistics { unit.updateRunningStatistics(statistics) }
    }

    func check(_ targets: [Int], of features: Tensor) throws(ConvNetError) {
        guard targets.count == features.shape[0], targets.allSatisfy({ (0..<architecture.classes).contains($0) })
        else {
            throw ConvNetError(
                .badInput, "Training needs one class within 0..<\(architecture.classes) for each sample.",
                subject: "targets")
        }
    }

    func check(features: Tensor) throws(ConvNetError) {
        guard features.shape.count == 5, features.shape.allSatisfy({ $0 > 0 }), features.shape[1] == trunkChannels
        else {
            throw ConvNetError(
                .badInput, "The trunk's output must be (n, \(trunkChannels), d, h, w), not \(features.shape).",
                subject: "features")
        }
        var shape = features.spatialShape
        if trunkBlocks == nil { shape = architecture.stageShape(.maxpool, input: shape) }
        for block in blocks[(trunkBlocks ?? 0)...] {
            shape = block.plan.output(of: shape)
            guard features.shape[0] * shape.x * shape.y * shape.z > 1 || !block.trainsNorms else {
                throw ConvNetError(
                    .badInput, "Batch norm cannot learn from one value per channel; use larger inputs or batches.",
                    subject: block.plan.name)
            }
        }
    }
}
