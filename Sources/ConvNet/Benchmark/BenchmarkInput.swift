/// The weights and the volume of a measurement: from files, or random from a seed.
enum BenchmarkInput {
    /// - Returns: (1, 1, d, h, w)
    /// - Throws: `WEIGHTS_…` where the file cannot be read, `NETWORK_INPUT_INVALID` where it holds no such volume.
    static func volume(_ settings: BenchmarkSettings) throws(ConvNetError) -> Tensor {
        guard let path = settings.input else {
            let voxels = (settings.shape ?? BenchmarkSettings.standardShape).voxels
            var generator = SeededGenerator(seed: settings.seed &+ 1)
            return Tensor(shape: [1, 1, voxels.x, voxels.y, voxels.z]) { values in
                for i in 0..<(voxels.x * voxels.y * voxels.z) { values[i] = Float(generator.normal()) }
            }
        }
        let tensors = try SafetensorsFile.map(path)
        guard let view = tensors.values.first, tensors.count == 1,
            view.shape.count == 3 || view.shape.count == 5 && view.shape.prefix(2) == [1, 1],
            view.shape.allSatisfy({ $0 > 0 })
        else {
            throw ConvNetError(
                .badInput, "The input file must hold one tensor of (1, 1, d, h, w) or (d, h, w) and nothing else.",
                subject: "input")
        }
        let tensor = view.tensor
        let voxels = view.shape.suffix(3)
        if let wanted = settings.shape?.voxels, Array(voxels) != [wanted.x, wanted.y, wanted.z] {
            throw ConvNetError(
                .badInput,
                "The input has \(voxels.map(String.init).joined(separator: "x")) voxels; leave --shape away or correct it.",
                subject: "shape")
        }
        return Tensor(shape: [1, 1] + voxels, values: tensor.values)
    }

    /// Weights of a file are of any width and shortcut, and of the paper's geometry; a classifier that is missing, as in
    /// MedicalNet's files, is drawn from the seed.
    static func weights(
        _ settings: BenchmarkSettings
    ) throws(ConvNetError) -> (architecture: Architecture, state: [String: WeightView]) {
        guard let path = settings.weights else {
            let architecture = Architecture(
                depth: settings.depth, width: settings.width ?? 64, shortcut: settings.shortcut ?? .b)
            try architecture.validate()
            let state = ResNet3D.randomState(architecture, seed: settings.seed)
            return (architecture, state.mapValues { WeightView($0) })
        }
        var state = try WeightFile.map(path)
        let architecture = Architecture(
            depth: settings.depth, width: settings.width ?? state["conv1.weight"]?.shape.first ?? 64,
            shortcut: settings.shortcut ?? (state.keys.contains { $0.contains(".downsample.") } ? .b : .a))
        try architecture.validate()
        if state["fc.weight"] == nil, state["fc.bias"] == nil {
            var generator = SeededGenerator(seed: settings.seed)
            let bound = 1 / Double(architecture.features).squareRoot()
            for (name, shape) in architecture.parameterShapes where name.hasPrefix("fc.") {
                let values = (0..<shape.reduce(1, *)).map { _ in Float((2 * generator.uniform() - 1) * bound) }
                state[name] = WeightView(Tensor(shape: shape, values: values))
            }
        }
        return (architecture, state)
    }
}
