extension ResNet3D {
    /// Weights of an untrained network, the same for the same seed.
    ///
    /// Convolutions: Kaiming normal, fan_out, gain √2. Batch norm: weight 1, bias 0, mean 0, variance 1. Linear layer: uniform
    /// within ±1/√fan_in. Numbers come from `SeededGenerator` in the order of `Architecture.parameterShapes`.
    ///
    /// - Returns: every tensor of the architecture's state by name.
    package static func randomState(_ architecture: Architecture, seed: UInt64) -> [String: Tensor] {
        var generator = SeededGenerator(seed: seed)
        var state: [String: Tensor] = [:]
        for (name, shape) in architecture.parameterShapes {
            var tensor = Tensor(shape: shape)
            if name.hasPrefix("fc.") {
                let bound = 1 / Double(architecture.features).squareRoot()
                for i in tensor.values.indices { tensor.values[i] = Float((2 * generator.uniform() - 1) * bound) }
            } else if shape.count == 5 {
                let fanOut = shape[0] * shape[2...].reduce(1, *)
                let deviation = (2 / Double(fanOut)).squareRoot()
                tensor.values.withUnsafeMutableBufferPointer { values in
                    for i in values.indices { values[i] = Float(generator.normal() * deviation) }
                }
            } else if name.hasSuffix(".weight") || name.hasSuffix(".running_var") {
                tensor = Tensor(shape: shape, filledWith: 1)
            }
            state[name] = tensor
        }
        return state
    }
}
