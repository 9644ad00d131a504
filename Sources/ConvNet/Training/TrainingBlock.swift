/// A residual block on the way there, keeping what the way back needs.
///
/// Behind a convolution whose norm is trained, only the convolution's own output is kept: norm and ReLU are cheap to do
/// again. Behind one whose norm is fixed, the output of the ReLU is kept, for nothing else is needed.
struct TrainingBlock {
    let plan: BlockPlan
    let units: [TrainingUnit]
    let projection: TrainingUnit?
    /// The gradient does not flow through shortcut A.
    let isDetached: Bool

    /// What is known about a unit on the way back.
    struct UnitTrace {
        let norm: NormedChannels
        /// Output of the convolution where the norm is trained, else of the ReLU; nil where nothing of it is needed.
        var kept: Activations?
    }

    struct Trace {
        var units: [UnitTrace] = []
        var projection: UnitTrace?

        func giveBack(to pool: ActivationPool) {
            for unit in units { unit.kept.map(pool.giveBack) }
            projection?.kept.map(pool.giveBack)
        }
    }

    init(_ plan: BlockPlan, _ store: ParameterStore, detached: Bool, frozen: Bool) {
        self.plan = plan
        isDetached = detached
        units = plan.convolutions.map { TrainingUnit($0, store, frozen: frozen) }
        if case .projection(let convolution) = plan.shortcut {
            projection = TrainingUnit(convolution, store, frozen: frozen)
        } else {
            projection = nil
        }
    }

    var trainsNorms: Bool { units.contains { $0.trainsNorm } || projection?.trainsNorm == true }
    var trains: Bool { units.contains { $0.trains } || projection?.trains == true }

    /// Output without a trace, running statistics as they are: for parts that no gradient reaches.
    func forward(_ x: Activations, _ work: TrainingWorkspace) -> Activations {
        let (y, trace) = forward(x, updatesStatistics: false, work)
        trace.giveBack(to: work.pool)
        return y
    }

    /// - Parameter updatesStatistics: the statistics of trained norms are noted for the running ones.
    /// - Returns: the output and what was kept, in memory that the caller gives back to the pool.
    func forward(
        _ x: Activations, updatesStatistics: Bool, _ work: TrainingWorkspace
    ) -> (y: Activations, trace: Trace) {
        var trace = Trace()
        var input = x
        var borrowed = false
        for unit in units.dropLast() {
            let (y, unitTrace) = inner(unit, input, updatesStatistics, work)
            if borrowed { work.pool.giveBack(input) }
            borrowed = unit.trainsNorm
            input = y
            trace.units.append(unitTrace)
        }
        let last = units[units.count - 1]
        let around = shortcut(x, updatesStatistics, &trace, work)
        let y: Activations
        if last.trainsNorm {
            let (z, norm) = convolve(last, input, updatesStatistics, work)
            y = work.pool.take(like: z)
            work.measure(last.plan.norm, .forward) {
                norm.forward(z, adding: around.value, otherNorm: around.norm, into: y, work.execution)
            }
            trace.units.append(UnitTrace(norm: norm, kept: z))
        } else {
            y = work.convolveFixed(last, input, adding: around.value, relu: true)
            trace.units.append(UnitTrace(norm: last.fixedNorm(), kept: nil))
        }
        if borrowed { work.pool.giveBack(input) }
        if around.isTemporary { work.pool.giveBack(around.value) }
        return (y, trace)
    }

    /// What is added before the last ReLU.
    private struct Around {
        let value: Activations
        /// Still to be applied to the value.
        var norm: NormedChannels?
        let isTemporary: Bool
    }

    private func shortcut(
        _ x: Activations, _ updatesStatistics: Bool, _ trace: inout Trace, _ work: TrainingWorkspace
    ) -> Around {
        if let projection {
            guard projection.trainsNorm else {
                trace.projection = UnitTrace(norm: projection.fixedNorm(), kept: nil)
                return Around(value: work.convolveFixed(projection, x, relu: false), isTemporary: true)
            }
            let (z, norm) = convolve(projection, x, updatesStatistics, work)
            trace.projection = UnitTrace(norm: norm, kept: z)
            if units[units.count - 1].trainsNorm { return Around(value: z, norm: norm, isTemporary: false) }
            // The convolution in front of a fixed norm adds what is given as it is.
            let normed = work.pool.take(like: z)
            norm.forward(z, relu: false, into: normed, work.execution)
            return Around(value: normed, isTemporary: true)
        }
        guard case .zeroPad(let stride) = plan.shortcut else { return Around(value: x, isTemporary: false) }
        let padded = work.pool.take(
            samples: x.samples, channels: plan.outputChannels, shape: plan.output(of: x.shape))
        ZeroPadShortcut(outputChannels: plan.outputChannels, stride: stride).forward(x, into: padded, work.execution)
        return Around(value: padded, isTemporary: true)
    }

    /// relu(norm(conv(x))) with what is kept of it; where the norm is trained, the result is not.
    private func inner(
        _ unit: TrainingUnit, _ x: Activations, _ updatesStatistics: Bool, _ work: TrainingWorkspace
    ) -> (y: Activations, trace: UnitTrace) {
        guard unit.trainsNorm else {
            let y = work.convolveFixed(unit, x, relu: true)
            return (y, UnitTrace(norm: unit.fixedNorm(), kept: y))
        }
        let (z, norm) = convolve(unit, x, updatesStatistics, work)
        let y = work.pool.take(like: z)
        work.measure(unit.plan.norm, .forward) { norm.forward(z, relu: true, into: y, work.execution) }
        return (y, UnitTrace(norm: norm, kept: z))
    }

    private func convolve(
        _ unit: TrainingUnit, _ x: Activations, _ updatesStatistics: Bool, _ work: TrainingWorkspace
    ) -> (z: Activations, norm: NormedChannels) {
        let z = work.convolve(unit, x)
        let statistics = work.measure(unit.plan.norm, .forward) { ChannelStatistics(of: z, work.execution) }
        if updatesStatistics { work.newStatistics.append((unit, statistics)) }
        return (z, unit.norm(of: statistics))
    }
}
