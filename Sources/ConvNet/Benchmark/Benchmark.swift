/// Measures this engine on one network and one input. The clock comes in from outside.
package struct Benchmark {
    package let settings: BenchmarkSettings
    /// Seconds since any fixed moment.
    private let clock: () -> Double
    private let kernels: KernelSet
    private let budget: MemoryBudget

    /// Adam's, as the peers use it.
    static let learningRate = 1e-4
    /// The class whose map and whose loss are computed: FCD.
    static let targetClass = 1

    /// - Parameters:
    ///   - budget: what the machine leaves; work that does not fit is not started.
    ///   - clock: seconds since any fixed moment.
    package init(
        _ settings: BenchmarkSettings, kernels: KernelSet = .standard, budget: MemoryBudget = .current,
        clock: @escaping () -> Double
    ) {
        self.settings = settings
        self.kernels = kernels
        self.budget = budget
        self.clock = clock
    }

    /// - Parameter profiles: times every layer as well: medians over the rounds, in the order of the layers.
    /// - Throws: `WEIGHTS_…` for the files, `NETWORK_…` for what does not fit together, `NOT_ENOUGH_MEMORY`.
    package func run(
        _ task: BenchmarkTask, profiles: Bool = false
    ) throws(ConvNetError) -> (report: BenchmarkReport, profile: ProfileTable?) {
        try check()
        let begin = clock()
        let source = try BenchmarkInput(settings)
        let need = try MemoryNeed(
            task, source.architecture, input: source.voxels, memory: settings.memory, threads: settings.threads)
        try budget.require(need.bytes, for: "\(need.work) of \(VolumeShape(source.voxels)) voxels")
        let input = source.volume()
        let weights = (architecture: source.architecture, state: source.state())
        var report = report(task, weights.architecture, input)
        report.neededMB = (need.bytes + (1 << 20) - 1) >> 20
        let layers = Layers()
        let profile = profiles ? LayerProfile(clock: clock) { layers.add($0) } : nil
        let rounds =
            switch task {
            case .forward, .gradcam:
                try forward(input, weights, profile, layers, &report, since: begin)
            case .train: try train(input, weights, profile, layers, &report, since: begin)
            }
        report.rounds = rounds
        report.seconds = rounds.median ?? 0
        report.peakMB = ProcessMemory.peakMB()
        guard profiles else { return (report, nil) }
        let peak = PeakRate.operationsPerSecond(kernels, threads: settings.threads, clock: clock)
        return (report, ProfileTable(passes: layers.passes, peak: peak))
    }

    private typealias Weights = (architecture: Architecture, state: [String: WeightView])

    /// The layers of every timed call.
    private final class Layers {
        private(set) var passes: [[LayerProfile.Layer]] = []
        func add(_ layer: LayerProfile.Layer) { if !passes.isEmpty { passes[passes.count - 1].append(layer) } }
        func begin() { passes.append([]) }
    }

    private func forward(
        _ input: Tensor, _ weights: Weights, _ profile: LayerProfile?, _ layers: Layers,
        _ report: inout BenchmarkReport,
        since begin: Double
    ) throws(ConvNetError) -> [Double] {
        let network = try ResNet3D(weights.architecture, weights: weights.state)
        let plan = try network.plan(input: input.spatialShape, threads: settings.threads, kernels: kernels)
        let wantsMap = report.what == .gradcam
        report.loadSeconds = clock() - begin
        let (result, rounds) = try timed(layers) { () throws(ConvNetError) in
            let result = try network.forward(input, on: plan, profile: profile)
            let map =
                wantsMap
                ? result.layer4Map(classifier: network.classifier.weight, classIndex: Self.targetClass) : nil
            return (logits: result.logits, map: map)
        }
        report.logits = result.logits.values
        report.map = result.map?.values
        report.mapShape = result.map.map { Array($0.shape.dropFirst(2)) }
        report.mapSum = result.map.map { $0.values.reduce(0) { $0 + Double($1) } }
        return rounds
    }

    private func train(
        _ input: Tensor, _ weights: Weights, _ profile: LayerProfile?, _ layers: Layers,
        _ report: inout BenchmarkReport,
        since begin: Double
    ) throws(ConvNetError) -> [Double] {
        let network = try TrainingNetwork(
            weights.architecture, weights: weights.state,
            trainable: settings.trainable.isEmpty ? nil : settings.trainable, memory: settings.memory,
            Execution(threads: settings.threads, kernels: kernels))
        // The network has a copy.
        for view in weights.state.values { view.release() }
        network.profile = profile
        report.loadSeconds = clock() - begin
        let trunkBegin = clock()
        let features = try network.trunkFeatures(input)
        if network.hasTrunk { report.trunkSeconds = clock() - trunkBegin }
        var losses: [Double] = []
        let (_, rounds) = try timed(layers) { () throws(ConvNetError) in
            losses.append(
                try network.trainingStep(
                    features: features, targets: [Self.targetClass], learningRate: Self.learningRate))
        }
        report.losses = losses
        return rounds
    }

    private func check() throws(ConvNetError) {
        for (value, name) in [(settings.threads, "threads"), (settings.rounds, "rounds")] where value < 1 {
            throw ConvNetError(.badInput, "At least one is needed; correct --\(name).", subject: name)
        }
    }

    /// One call that is not timed, then the rounds.
    private func timed<Result>(
        _ layers: Layers, _ work: () throws(ConvNetError) -> Result
    ) throws(ConvNetError) -> (last: Result, rounds: [Double]) {
        var last = try work()
        var rounds: [Double] = []
        for _ in 0..<settings.rounds {
            layers.begin()
            let begin = clock()
            last = try work()
            rounds.append(clock() - begin)
        }
        return (last, rounds)
    }

    /// Without what is measured.
    private func report(_ task: BenchmarkTask, _ architecture: Architecture, _ input: Tensor) -> BenchmarkReport {
        BenchmarkReport(
            what: task, depth: architecture.depth, width: architecture.width, shortcut: architecture.shortcut,
            shape: VolumeShape(input.spatialShape).description, threads: settings.threads,
            kernels: kernels.instructions.rawValue, precision: "float32", seconds: 0, rounds: [], loadSeconds: 0)
    }
}
