/// Every tensor of a network's state in one piece of memory, those that training changes first, with their gradients.
final class ParameterStore {
    private struct Slot {
        let offset: Int
        let shape: [Int]
        var count: Int { shape.reduce(1, *) }
    }

    private let slots: [String: Slot]
    /// Names that training changes, in the order of PyTorch.
    let trainable: [String]
    /// Floats from the first trainable parameter to the end of the last, gaps of zeros included.
    let trainableCount: Int
    private let memory: AlignedMemory
    private let gradientMemory: AlignedMemory

    /// - Parameters:
    ///   - state: every tensor of `architecture.parameterShapes`; `*.num_batches_tracked` may be there too.
    ///   - prefixes: begins of names, cut at a dot, as in "layer4" or "layer4.1"; nil for every parameter.
    /// - Throws: `WEIGHTS_DO_NOT_FIT`, `NETWORK_NOT_FINITE`; `NETWORK_INPUT_INVALID` for a prefix that names nothing.
    init(
        _ architecture: Architecture, _ state: [String: WeightView], trainable prefixes: [String]?
    ) throws(ConvNetError) {
        try NetworkWeights.check(state, against: architecture)
        let shapes = architecture.parameterShapes
        func names(_ prefix: String, _ name: String) -> Bool { name == prefix || name.hasPrefix(prefix + ".") }
        for prefix in prefixes ?? [] where !shapes.contains(where: { names(prefix, $0.name) }) {
            throw ConvNetError(
                .badInput, "No parameter's name begins with this; name parts of the network, as in layer4 or fc.",
                subject: prefix)
        }
        trainable = shapes.map(\.name).filter { name in
            !Self.isStatistic(name) && (prefixes?.contains { names($0, name) } ?? true)
        }
        let chosen = Set(trainable)
        var slots: [String: Slot] = [:]
        var offset = 0
        func place(_ all: [(name: String, shape: [Int])]) {
            for (name, shape) in all {
                let slot = Slot(offset: offset, shape: shape)
                slots[name] = slot
                offset += Activations.lanes(of: slot.count)
            }
        }
        place(shapes.filter { chosen.contains($0.name) })
        trainableCount = offset
        place(shapes.filter { !chosen.contains($0.name) })
        self.slots = slots
        memory = AlignedMemory(count: offset)
        gradientMemory = AlignedMemory(count: trainableCount)
        for (name, slot) in slots {
            guard let view = state[name] else { preconditionFailure("the state was compared with the architecture") }
            (memory.base + slot.offset).update(from: view.pointer, count: slot.count)
            view.release()
        }
    }

    /// Values of one tensor.
    subscript(name: String) -> UnsafeMutablePointer<Float> { memory.base + slot(name).offset }

    /// Where the gradient of one parameter is; nil where it is not trained.
    func gradient(_ name: String) -> UnsafeMutablePointer<Float>? {
        let slot = slot(name)
        return slot.offset < trainableCount ? gradientMemory.base + slot.offset : nil
    }

    func trains(_ name: String) -> Bool { slot(name).offset < trainableCount }

    /// All trainable parameters and all their gradients, in the same order.
    var parameters: UnsafeMutablePointer<Float> { memory.base }
    var gradients: UnsafeMutablePointer<Float> { gradientMemory.base }

    /// A copy of every tensor.
    func state() -> [String: Tensor] { slots.mapValues { tensor(memory, $0) } }

    /// A copy of every trainable parameter's gradient.
    func gradientTensors() -> [String: Tensor] {
        Dictionary(uniqueKeysWithValues: trainable.map { ($0, tensor(gradientMemory, slot($0))) })
    }

    /// Values of one trainable parameter in memory that is laid out as `parameters` is.
    func values(_ name: String, in memory: AlignedMemory) -> Tensor { tensor(memory, slot(name)) }

    /// Takes values of one trainable parameter into such memory.
    func store(_ tensor: Tensor, _ name: String, in memory: AlignedMemory) {
        let slot = slot(name)
        precondition(tensor.shape == slot.shape && slot.offset < memory.count, "values of this parameter")
        tensor.values.withUnsafeBufferPointer { values in
            if let first = values.baseAddress { (memory.base + slot.offset).update(from: first, count: slot.count) }
        }
    }

    /// Takes over every tensor of a state.
    ///
    /// - Throws: as `init`; then nothing was changed.
    func restore(_ architecture: Architecture, _ state: [String: Tensor]) throws(ConvNetError) {
        try NetworkWeights.check(state.mapValues { WeightView($0) }, against: architecture)
        for (name, tensor) in state where slots[name] != nil { store(tensor, name, in: memory) }
    }

    /// Length of each axis of one tensor.
    func shape(_ name: String) -> [Int] { slot(name).shape }

    private func tensor(_ memory: AlignedMemory, _ slot: Slot) -> Tensor {
        Tensor(shape: slot.shape) { $0.update(from: memory.base + slot.offset, count: slot.count) }
    }

    private func slot(_ name: String) -> Slot {
        guard let slot = slots[name] else { preconditionFailure("the state was compared with the architecture") }
        return slot
    }

    private static func isStatistic(_ name: String) -> Bool {
        name.hasSuffix(".running_mean") || name.hasSuffix(".running_var")
    }
}
