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

    /// - Throws: `WEIGHTS_…` for the files, `NETWORK_…` for what does not fit together, `NOT_ENOUGH_MEMORY`.
    package func run(_ task: BenchmarkTask) throws(ConvNetError) -> BenchmarkReport {
        try check()
        let begin = clock()
        let input = try BenchmarkInput.volume(settings)
        let weights = try BenchmarkInput.weights(settings)
        let need = try MemoryNeed(task, weights.architecture, input: input.spatialShape, threads: settings.threads)
        try budget.require(need.bytes, for: "\(need.work) of \(VolumeShape(input.spatialShape)) voxels")
        switch task {
        case .forward, .gradcam:
            let network = try ResNet3D(weights.architecture, weights: weights.state)
            let plan = try network.plan(input: input.spatialShape, threads: settings.threads, kernels: kernels)
            let loaded = clock() - begin
            let (result, rounds) = try timed { () throws(ConvNetError) in
                let result = try network.forward(input, on: plan)
                let map =
                    task == .gradcam
                    ? result.layer4Map(classifier: network.classifier.weight, classIndex: Self.targetClass) : nil
                return (logits: result.logits, map: map)
            }
            var report = report(task, weights.architecture, input, rounds, loaded: loaded)
            report.logits = result.logits.values
            report.map = result.map?.values
            report.mapShape = result.map.map { Array($0.shape.dropFirst(2)) }
            report.mapSum = result.map.map { $0.values.reduce(0) { $0 + Double($1) } }
            return report
        case .train:
            let network = try TrainingNetwork(
                weights.architecture, state: weights.state.mapValues(\.tensor), threads: settings.threads)
            let loaded = clock() - begin
            var losses: [Double] = []
            let (_, rounds) = try timed { () throws(ConvNetError) in
                losses.append(
                    try network.trainingStep(
                        input, targets: [Self.targetClass], learningRate: Self.learningRate))
            }
            var report = report(task, weights.architecture, input, rounds, loaded: loaded)
            report.losses = losses
            return report
        }
    }

    /// Times every layer of a forward pass: medians over the rounds, in the order of the layers.
    ///
    /// - Throws: as `run`
    package func profile() throws(ConvNetError) -> ProfileTable {
        try check()
        let input = try BenchmarkInput.volume(settings)
        let weights = try BenchmarkInput.weights(settings)
        let need = try MemoryNeed(
            .forward, weights.architecture, input: input.spatialShape, threads: settings.threads)
        try budget.require(need.bytes, for: "\(need.work) of \(VolumeShape(input.spatialShape)) voxels")
        let network = try ResNet3D(weights.architecture, weights: weights.state)
        let plan = try network.plan(input: input.spatialShape, threads: settings.threads, kernels: kernels)
        _ = try network.forward(input, on: plan)
        var passes: [[LayerProfile.Layer]] = []
        for _ in 0..<settings.rounds {
            var layers: [LayerProfile.Layer] = []
            _ = try network.forward(input, on: plan, profile: LayerProfile(clock: clock) { layers.append($0) })
            passes.append(layers)
        }
        return ProfileTable(
            passes: passes,
            peak: PeakRate.operationsPerSecond(kernels, threads: settings.threads, clock: clock))
    }

    private func check() throws(ConvNetError) {
        for (value, name) in [(settings.threads, "threads"), (settings.rounds, "rounds")] where value < 1 {
            throw ConvNetError(.badInput, "At least one is needed; correct --\(name).", subject: name)
        }
    }

    /// One call that is not timed, then the rounds.
    private func timed<Result>(
        _ work: () throws(ConvNetError) -> Result
    ) throws(ConvNetError) -> (last: Result, rounds: [Double]) {
        var last = try work()
        var rounds: [Double] = []
        for _ in 0..<settings.rounds {
            let begin = clock()
            last = try work()
            rounds.append(clock() - begin)
        }
        return (last, rounds)
    }

    private func report(
        _ task: BenchmarkTask, _ architecture: Architecture, _ input: Tensor, _ rounds: [Double], loaded: Double
    ) -> BenchmarkReport {
        BenchmarkReport(
            what: task, depth: architecture.depth, width: architecture.width, shortcut: architecture.shortcut,
            shape: VolumeShape(input.spatialShape).description, threads: settings.threads,
            kernels: kernels.instructions.rawValue, precision: "float32", seconds: rounds.median ?? 0,
            rounds: rounds, loadSeconds: loaded, peakMB: ProcessMemory.peakMB())
    }
}
