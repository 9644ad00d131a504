/// The first convolution with batch norm, ReLU and max-pool, on the way there and back.
///
/// Its output before the pool is the largest tensor of the network. It is kept once, and its gradient takes its place.
struct TrainingStem {
    let unit: TrainingUnit
    private let pool: ExtremePool

    /// What the way back needs.
    struct Trace {
        let input: Tensor
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
        let stem = stem(input)
        let y = work.pool.take(samples: input.shape[0], channels: unit.plan.outputChannels, shape: stem.pooled)
        let (scale, bias) = unit.foldedNorm()
        work.measure(unit.plan.name, .forward, stem.problem) {
            input.values.withUnsafeBufferPointer { x in
                bias.withPointer { bias in
                    stem.forwardPooled(
                        x.baseAddress!, weight: unit.weight, scale: scale, bias: bias, into: y, work.execution)
                }
            }
        }
        return y
    }

    /// The way there in training.
    ///
    /// - Parameter input: (n, channels, d, h, w)
    func forwardKeeping(
        _ input: Tensor, updatesStatistics: Bool, _ work: TrainingWorkspace
    ) -> (y: Activations, trace: Trace) {
        let stem = stem(input)
        let z = work.pool.take(
            samples: input.shape[0], channels: unit.plan.outputChannels, shape: stem.problem.output)
        work.measure(unit.plan.name, .forward, stem.problem) {
            input.values.withUnsafeBufferPointer { x in
                stem.forward(x.baseAddress!, weight: unit.weight, into: z, work.execution)
            }
        }
        let norm: NormedChannels
        if unit.trainsNorm {
            let statistics = work.measure(unit.plan.norm, .forward) { ChannelStatistics(of: z, work.execution) }
            if updatesStatistics { work.newStatistics.append((unit, statistics)) }
            norm = unit.norm(of: statistics)
        } else {
            norm = unit.fixedNorm()
        }
        let pooled = pooledMemory(z, work)
        let taps = AlignedMemory(count: (pooled.count + 3) / 4)
        let y = work.pool.take(like: pooled)
        work.measure("maxpool", .forward) {
            pool.forward(z, factor: norm.factor, into: pooled, taps: Self.bytes(taps), work.execution)
            norm.forward(pooled, relu: true, into: y, work.execution)
        }
        return (y, Trace(input: input, z: z, pooled: pooled, taps: taps, norm: norm))
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
            work.measure("maxpool", .backward) {
                pool.backward(
                    dy, taps: Self.bytes(trace.taps), norm: trace.norm, sums, inPlace: trace.z, work.execution)
            }
            let stem = stem(trace.input)
            work.measure(unit.plan.name, .weightGradient, stem.problem) {
                trace.input.values.withUnsafeBufferPointer { x in
                    stem.weightGradient(x.baseAddress!, trace.z, into: dw, work.execution)
                }
            }
        }
        for used in [trace.z, trace.pooled, dy] { work.pool.giveBack(used) }
    }

    private func stem(_ input: Tensor) -> Stem {
        Stem(
            outputChannels: unit.plan.outputChannels, firstStride: unit.plan.geometry.stride.x,
            input: input.spatialShape)
    }

    private func pooledMemory(_ z: Activations, _ work: TrainingWorkspace) -> Activations {
        work.pool.take(samples: z.samples, channels: z.channels, shape: pool.geometry.outputShape(of: z.shape))
    }

    private static func bytes(_ memory: AlignedMemory) -> UnsafeMutablePointer<UInt8> {
        UnsafeMutableRawPointer(memory.base).assumingMemoryBound(to: UInt8.self)
    }
}
