/// A convolution and the batch norm after it, with their parameters, and what of them is trained.
///
/// A norm that is trained normalises by the statistics of the batch and updates the running ones; any other uses the
/// running statistics and leaves them alone.
struct TrainingUnit {
    let plan: ConvolutionPlan
    let weight: UnsafeMutablePointer<Float>
    private let normWeight: UnsafeMutablePointer<Float>
    private let normBias: UnsafeMutablePointer<Float>
    private let runningMean: UnsafeMutablePointer<Float>
    private let runningVariance: UnsafeMutablePointer<Float>
    private let normWeightGradient: UnsafeMutablePointer<Float>?
    private let normBiasGradient: UnsafeMutablePointer<Float>?
    /// Where the gradient of the weight goes; nil where it is not trained.
    let weightGradient: UnsafeMutablePointer<Float>?

    /// PyTorch's momentum: how much of the running statistics each batch replaces.
    static let momentum = 0.1

    /// - Parameter frozen: nothing of it is trained, whatever the store says.
    init(_ plan: ConvolutionPlan, _ store: ParameterStore, frozen: Bool) {
        self.plan = plan
        weight = store[plan.weightName]
        normWeight = store[plan.norm + ".weight"]
        normBias = store[plan.norm + ".bias"]
        runningMean = store[plan.norm + ".running_mean"]
        runningVariance = store[plan.norm + ".running_var"]
        normWeightGradient = frozen ? nil : store.gradient(plan.norm + ".weight")
        normBiasGradient = frozen ? nil : store.gradient(plan.norm + ".bias")
        weightGradient = frozen ? nil : store.gradient(plan.weightName)
    }

    var trainsWeight: Bool { weightGradient != nil }
    var trainsNorm: Bool { normWeightGradient != nil || normBiasGradient != nil }
    var trains: Bool { trainsWeight || trainsNorm }

    /// The norm with its running statistics.
    func fixedNorm() -> NormedChannels {
        func doubles(_ values: UnsafeMutablePointer<Float>) -> [Double] {
            (0..<plan.outputChannels).map { Double(values[$0]) }
        }
        return NormedChannels(
            mean: doubles(runningMean), variance: doubles(runningVariance), weight: normWeight, bias: normBias)
    }

    /// The norm with the statistics of a batch.
    func norm(of statistics: ChannelStatistics) -> NormedChannels {
        NormedChannels(statistics, weight: normWeight, bias: normBias)
    }

    func updateRunningStatistics(_ statistics: ChannelStatistics) {
        let variance = statistics.unbiasedVariance
        func mix(_ running: UnsafeMutablePointer<Float>, _ channel: Int, _ value: Double) {
            running[channel] = Float((1 - Self.momentum) * Double(running[channel]) + Self.momentum * value)
        }
        for channel in 0..<plan.outputChannels {
            mix(runningMean, channel, statistics.mean[channel])
            mix(runningVariance, channel, variance[channel])
        }
    }

    func storeNormGradients(_ sums: NormedChannels.Sums) {
        for channel in 0..<plan.outputChannels {
            normWeightGradient?[channel] = Float(sums.weighted[channel])
            normBiasGradient?[channel] = Float(sums.dy[channel])
        }
    }
}

extension TrainingUnit {
    /// The norm with its running statistics as one factor and one term per output channel of the convolution.
    func foldedNorm() -> (scale: [Float], bias: ChannelValues) {
        func values(_ place: UnsafePointer<Float>) -> [Float] {
            Array(UnsafeBufferPointer(start: place, count: plan.outputChannels))
        }
        let norm = BatchNorm(
            weight: values(normWeight), bias: values(normBias), runningMean: values(runningMean),
            runningVariance: values(runningVariance))
        return (norm.scale.map { Float($0) }, ChannelValues(norm.offset))
    }
}
