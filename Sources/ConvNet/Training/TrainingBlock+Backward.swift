extension TrainingBlock {
    /// Gradients of the block's trained parameters, and of its input where asked for.
    ///
    /// Goes no deeper than to the first unit that is trained. All memory of the trace and of `dy` is given back.
    /// - Parameters:
    ///   - x: the block's input.
    ///   - y: its output.
    ///   - dy: gradient of the output; used up.
    /// - Returns: gradient of `x` in memory that the caller gives back to the pool; nil where `needsInput` is false.
    func backward(
        _ x: Activations, y: Activations, _ trace: Trace, dy: Activations, needsInput: Bool, _ work: TrainingWorkspace
    ) -> Activations? {
        let last = units.count - 1
        // The last ReLU comes behind both ways: dy is masked once, together with the first pass over it.
        let sums = reduced(units[last], trace.units[last], dy, maskedBy: y, work)
        var dx = throughShortcut(x, trace, dy, needsInput, work)
        // The gradient of the last convolution's output; dy itself may already be the beginning of dx.
        let keepsOutput = dx?.base == dy.base
        var gradient: Activations?
        if isReached(last, needsInput) {
            let dz = keepsOutput ? work.pool.take(like: dy) : dy
            spread(units[last], trace.units[last], dy, sums, into: dz, work)
            gradient = dz
        } else if !keepsOutput {
            work.pool.giveBack(dy)
        }
        for index in (0...last).reversed() {
            guard let dz = gradient else { break }
            gradient = nil
            if index == 0 {
                throughFirst(x, dz, &dx, needsInput, work)
            } else {
                gradient = throughInner(index, dz, trace, needsInput, work)
            }
            work.pool.giveBack(dz)
        }
        trace.giveBack(to: work.pool)
        return dx
    }

    /// True where the gradient of a unit's convolution output is needed.
    private func isReached(_ index: Int, _ needsInput: Bool) -> Bool {
        units[index].trainsWeight || needsBelow(index, needsInput)
    }

    /// True where the gradient of a unit's input is needed.
    private func needsBelow(_ index: Int, _ needsInput: Bool) -> Bool {
        needsInput || units[0..<index].contains { $0.trains }
    }

    /// The part of the input's gradient that comes through the shortcut; nil where it is zero or not needed.
    private func throughShortcut(
        _ x: Activations, _ trace: Trace, _ dy: Activations, _ needsInput: Bool, _ work: TrainingWorkspace
    ) -> Activations? {
        switch plan.shortcut {
        case .identity:
            return needsInput ? dy : nil
        case .zeroPad(let stride):
            guard needsInput && !isDetached else { return nil }
            let dx = work.pool.take(like: x)
            ZeroPadShortcut(outputChannels: plan.outputChannels, stride: stride)
                .backward(dy, into: dx, work.execution)
            return dx
        case .projection:
            guard let projection, let kept = trace.projection, needsInput || projection.trains else { return nil }
            let dz = work.pool.take(like: dy)
            defer { work.pool.giveBack(dz) }
            let sums = reduced(projection, kept, dy, maskedBy: nil, work)
            spread(projection, kept, dy, sums, into: dz, work)
            work.weightGradient(projection, x, dz)
            guard needsInput else { return nil }
            let dx = work.pool.take(like: x)
            work.inputGradient(projection, dz, into: dx, adds: false)
            return dx
        }
    }

    private func throughFirst(
        _ x: Activations, _ dz: Activations, _ dx: inout Activations?, _ needsInput: Bool, _ work: TrainingWorkspace
    ) {
        work.weightGradient(units[0], x, dz)
        guard needsInput else { return }
        let target = dx ?? work.pool.take(like: x)
        work.inputGradient(units[0], dz, into: target, adds: dx != nil)
        dx = target
    }

    /// From the gradient of one convolution's output to that of the convolution before it; nil where it is not needed.
    private func throughInner(
        _ index: Int, _ dz: Activations, _ trace: Trace, _ needsInput: Bool, _ work: TrainingWorkspace
    ) -> Activations? {
        let (unit, before) = (units[index], trace.units[index - 1])
        guard let kept = before.kept else { preconditionFailure("inner units keep what the way back needs") }
        var below: Activations?
        if needsBelow(index, needsInput) {
            let dx = work.pool.take(like: kept)
            work.inputGradient(unit, dz, into: dx, adds: false)
            below = dx
        }
        guard units[index - 1].trainsNorm, let below else {
            // The norm before is fixed: its ReLU's output was kept.
            work.weightGradient(unit, kept, dz)
            if let below { ActivationLoops.scale(below, by: before.norm.factor, where: kept, work.execution) }
            return below
        }
        let input = unit.trainsWeight ? work.pool.take(like: kept) : nil
        let norm = units[index - 1].plan.norm
        let sums = work.measure(norm, .backward) {
            before.norm.reduceThroughReLU(below, kept, recomputing: input, work.execution)
        }
        units[index - 1].storeNormGradients(sums)
        if let input {
            work.weightGradient(unit, input, dz)
            work.pool.giveBack(input)
        }
        guard isReached(index - 1, needsInput) else {
            work.pool.giveBack(below)
            return nil
        }
        work.measure(norm, .backward) {
            before.norm.spread(below, kept, sums, throughReLU: true, into: below, work.execution)
        }
        return below
    }

    /// Stores the gradients of a norm's parameters where it is trained, and returns what its input's gradient needs.
    ///
    /// - Parameter y: where given, dy becomes 0 where y is not above 0.
    private func reduced(
        _ unit: TrainingUnit, _ trace: UnitTrace, _ dy: Activations, maskedBy y: Activations?,
        _ work: TrainingWorkspace
    ) -> NormedChannels.Sums? {
        guard unit.trainsNorm, let z = trace.kept else {
            if let y { ActivationLoops.mask(dy, where: y, work.execution) }
            return nil
        }
        let sums = work.measure(unit.plan.norm, .backward) { trace.norm.reduce(dy, maskedBy: y, z, work.execution) }
        unit.storeNormGradients(sums)
        return sums
    }

    /// From the gradient of a norm's output to that of its input.
    private func spread(
        _ unit: TrainingUnit, _ trace: UnitTrace, _ dy: Activations, _ sums: NormedChannels.Sums?,
        into dz: Activations, _ work: TrainingWorkspace
    ) {
        work.measure(unit.plan.norm, .backward) {
            if let sums, let z = trace.kept {
                trace.norm.spread(dy, z, sums, throughReLU: false, into: dz, work.execution)
            } else {
                ActivationLoops.scale(dy, by: trace.norm.factor, into: dz, work.execution)
            }
        }
    }
}
