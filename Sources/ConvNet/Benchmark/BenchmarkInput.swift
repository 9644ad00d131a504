/// The weights and the volume of a measurement: from files, or random from a seed. What they are is known before they are
/// made, so that memory can be asked for first.
struct BenchmarkInput {
    let architecture: Architecture
    /// Voxels along axes 0, 1 and 2.
    let voxels: SIMD3<Int>
    private let settings: BenchmarkSettings
    /// Of a file of weights.
    private let mapped: [String: WeightView]?
    /// Of an input file.
    private let view: WeightView?

    /// Weights of a file are of any width and shortcut, and of the paper's geometry.
    ///
    /// - Throws: `WEIGHTS_…` where a file cannot be read, `NETWORK_INPUT_INVALID` where it holds no such volume,
    ///   `NETWORK_UNSUPPORTED`.
    init(_ settings: BenchmarkSettings) throws(ConvNetError) {
        self.settings = settings
        mapped = try settings.weights.map { path throws(ConvNetError) in try WeightFile.map(path) }
        let width = mapped?["conv1.weight"]?.shape.first
        let isPadded = mapped.map { state in !state.keys.contains { $0.contains(".downsample.") } }
        architecture = Architecture(
            depth: settings.depth, width: settings.width ?? width ?? 64,
            shortcut: settings.shortcut ?? (isPadded == true ? .a : .b))
        try architecture.validate()
        view = try settings.input.map { path throws(ConvNetError) in try Self.volume(path) }
        guard let shape = view?.shape.suffix(3) else {
            voxels = (settings.shape ?? BenchmarkSettings.standardShape).voxels
            return
        }
        voxels = SIMD3(shape[shape.startIndex], shape[shape.startIndex + 1], shape[shape.startIndex + 2])
        guard settings.shape == nil || settings.shape?.voxels == voxels else {
            throw ConvNetError(
                .badInput, "The input has \(VolumeShape(voxels)) voxels; leave --shape away or correct it.",
                subject: "shape")
        }
    }

    /// The one tensor of a file.
    private static func volume(_ path: String) throws(ConvNetError) -> WeightView {
        let tensors = try SafetensorsFile.map(path)
        guard let view = tensors.values.first, tensors.count == 1,
            view.shape.count == 3 || view.shape.count == 5 && view.shape.prefix(2) == [1, 1],
            view.shape.allSatisfy({ $0 > 0 })
        else {
            throw ConvNetError(
                .badInput, "The input file must hold one tensor of (1, 1, d, h, w) or (d, h, w) and nothing else.",
                subject: "input")
        }
        return view
    }

    /// (1, 1, d, h, w)
    func volume() -> Tensor {
        let shape = [1, 1, voxels.x, voxels.y, voxels.z]
        if let view { return Tensor(shape: shape, values: Array(view.values)) }
        var generator = SeededGenerator(seed: settings.seed &+ 1)
        return Tensor(shape: shape) { values in
            for i in 0..<(voxels.x * voxels.y * voxels.z) { values[i] = Float(generator.normal()) }
        }
    }

    /// Every tensor of the network. A classifier that the file lacks, as MedicalNet's files do, is drawn from the seed.
    func state() -> [String: WeightView] {
        guard var state = mapped else {
            return ResNet3D.randomState(architecture, seed: settings.seed).mapValues { WeightView($0) }
        }
        if state["fc.weight"] == nil, state["fc.bias"] == nil {
            var generator = SeededGenerator(seed: settings.seed)
            let bound = 1 / Double(architecture.features).squareRoot()
            for (name, shape) in architecture.parameterShapes where name.hasPrefix("fc.") {
                let values = (0..<shape.reduce(1, *)).map { _ in Float((2 * generator.uniform() - 1) * bound) }
                state[name] = WeightView(Tensor(shape: shape, values: values))
            }
        }
        return state
    }
}
