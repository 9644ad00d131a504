/// The first convolution with batch norm, ReLU and max-pool, on the way there and back.
///
/// Its output before the pool is the largest tensor of the network. It is kept once, and its gradient takes its place.
struct TrainingStem {
    let unit: TrainingUnit
    private let pool: ExtremePool

    /// What the way back needs.
    struct Trace {
        let input: Activations
        /// Output of the convolution.
        let z: Activations
        /// Its value at each maximum.
        let pooled: Activations
        /// The tap of each maximum, one byte each.
        let taps: AlignedMemory
        let norm: NormedChannels
    }

    init(_ architecture: Architecture, _ store: ParameterStore, frozen: Bool) {
        unit = TrainingUnit(architecture.stem, store, frozen: frozen)
        pool = ExtremePool(architecture.pool)
    }

    var trains: Bool { unit.trains }

    /// The way there with fixed statistics, without a trace.
    ///
    /// - Parameter input: (1, channels, d, h, w)
    func forward(_ input: Tensor, _ work: TrainingWorkspace) -> Activations {
        let y = work.convolveFixed(unit, Activations(input), relu: true)
        let pooled = pooledMemory(y, work)
        let taps = AlignedMemory(count: (pooled.count + 3) / 4)
        pool.forward(
            y, factor: ChannelValues([Double](repeating: 1, count: y.channels)), into: pooled, taps: Self.bytes(taps),
            work.execution)
        work.pool.giveBack(y)
        return pooled
    }

    /// The way there in training.
    ///
    /// - Parameter input: (n, channels, d, h, w)
    func forwardKeeping(
        _ input: Tensor, updatesStatistics: Bool, _ work: TrainingWorkspace
    ) -> (y: Activations, trace: Trace) {
        let x = Activations(input)
        let z = work.convolve(unit, x)
        let norm: NormedChannels
        if unit.trainsNorm {
            let statistics = ChannelStatistics(of: z, work.execution)
            if updatesStatistics { unit.updateRunningStatistics(statistics) }
            norm = unit.norm(of: statistics)
        } else {
            norm = unit.fixedNorm()
        }
        let pooled = pooledMemory(z, work)
        let taps = AlignedMemory(count: (pooled.count + 3) / 4)
        pool.forward(z, factor: norm.factor, into: pooled, taps: Self.bytes(taps), work.execution)
        let y = work.pool.take(like: pooled)
        norm.forward(pooled, relu: true, into: y, work.execution)
        return (y, Trace(input: x, z: z, pooled: pooled, taps: taps, norm: norm))
    }

    /// Gradients of its parameters. All memory of the trace and of `dy` is given back.
    ///
    /// - Parameters:
    ///   - y: output of `forwardKeeping`
    ///   - dy: its gradient; used up.
    func backward(y: Activations, _ trace: Trace, dy: Activations, _ work: TrainingWorkspace) {
        let sums = trace.norm.reduce(dy, maskedBy: y, trace.pooled, work.execution)
        unit.storeNormGradients(sums)
        if let dw = unit.weightGradient {
            pool.backward(
                dy, taps: Self.bytes(trace.taps), norm: trace.norm, sums, inPlace: trace.z, work.execution)
            work.algorithm(unit.plan, input: trace.input.shape).weightGradient(
                trace.input, trace.z, into: dw, work.execution)
        }
        for used in [trace.z, trace.pooled, dy] { work.pool.giveBack(used) }
    }

    private func pooledMemory(_ z: Activations, _ work: TrainingWorkspace) -> Activations {
        work.pool.take(samples: z.samples, channels: z.channels, shape: pool.geometry.outputShape(of: z.shape))
    }

    private static func bytes(_ memory: AlignedMemory) -> UnsafeMutablePointer<UInt8> {
        UnsafeMutableRawPointer(memory.base).assumingMemoryBound(to: UInt8.self)
    }
}
