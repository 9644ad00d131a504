extension TrainingNetwork {
    private static let steps = "step"
    private static let first = "exp_avg."
    private static let second = "exp_avg_sq."

    /// Everything that Adam remembers, so that `restore(optimizer:)` in a network of the same `state()` goes on with the
    /// same bits: `exp_avg.NAME` and `exp_avg_sq.NAME` of every trained parameter, and `step`, the steps taken.
    ///
    /// The number of steps is exact up to 2²⁴. Zeros before the first step.
    package func optimizerState() -> [String: Tensor] {
        var state = [Self.steps: Tensor(shape: [1], values: [Float(adam?.steps ?? 0)])]
        for name in trainable {
            let empty = Tensor(shape: store.shape(name))
            state[Self.first + name] = adam.map { store.values(name, in: $0.first) } ?? empty
            state[Self.second + name] = adam.map { store.values(name, in: $0.second) } ?? empty
        }
        return state
    }

    /// Takes over what `state` gave: parameters and running statistics. Adam's memory stays as it is.
    ///
    /// - Throws: `WEIGHTS_DO_NOT_FIT`, `NETWORK_NOT_FINITE`; then nothing was changed.
    package func restore(state: [String: Tensor]) throws(ConvNetError) {
        try store.restore(architecture, state)
    }

    /// Takes over what `optimizerState` gave.
    ///
    /// - Throws: `WEIGHTS_DO_NOT_FIT` where it belongs to other parameters, `NETWORK_NOT_FINITE`; then nothing was changed.
    package func restore(optimizer state: [String: Tensor]) throws(ConvNetError) {
        var shapes = [Self.steps: [1]]
        for name in trainable {
            for prefix in [Self.first, Self.second] { shapes[prefix + name] = store.shape(name) }
        }
        let unlike = Set(shapes.keys).union(state.keys).filter { shapes[$0] != state[$0]?.shape }
        guard unlike.isEmpty, let steps = state[Self.steps]?.values.first else {
            throw ConvNetError(
                .stateMismatch,
                "The stored optimiser belongs to other parameters; go on with the settings that the run began with.",
                subject: unlike.min())
        }
        if let name = state.filter({ !$0.value.isFinite }).keys.min() {
            throw ConvNetError(
                .notFinite, "The stored optimiser holds a value that is not finite; go on from an earlier file.",
                subject: name)
        }
        guard steps >= 0, steps == steps.rounded(), steps <= 0x1p24 else {
            throw ConvNetError(
                .stateMismatch, "The stored optimiser's number of steps is none; go on from an earlier file.",
                subject: Self.steps)
        }
        let adam = Adam(count: store.trainableCount)
        adam.steps = Int(steps)
        for name in trainable {
            guard let first = state[Self.first + name], let second = state[Self.second + name] else { continue }
            store.store(first, name, in: adam.first)
            store.store(second, name, in: adam.second)
        }
        self.adam = adam
    }
}
