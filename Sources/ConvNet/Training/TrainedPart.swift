/// The part of a network above its trunk, on the way there and back once: what is kept in between lives here.
final class TrainedPart {
    private let network: TrainingNetwork
    private let work: TrainingWorkspace
    private let firstBlock: Int
    private var stemTrace: TrainingStem.Trace?
    /// Inputs of the blocks from `firstBlock` on, and the output of the last.
    private var stations: [Activations] = []
    private var traces: [TrainingBlock.Trace?] = []

    init(_ network: TrainingNetwork) {
        self.network = network
        work = network.work
        firstBlock = network.trunkBlocks ?? 0
    }

    /// - Parameter features: output of the trunk.
    /// - Returns: output of the last block, which stays here.
    func forward(_ features: Tensor) -> Activations {
        if network.trunkBlocks == nil {
            let (y, trace) = network.stem.forwardKeeping(features, updatesStatistics: true, work)
            stemTrace = trace
            stations = [y]
        } else {
            stations = [network.pooled(features)]
        }
        for block in network.blocks[firstBlock...] {
            let x = stations[stations.count - 1]
            let (y, trace) = block.forward(x, updatesStatistics: true, work)
            stations.append(y)
            if network.memory == .blockInputs {
                trace.giveBack(to: work.pool)
                traces.append(nil)
            } else {
                traces.append(trace)
            }
        }
        return stations[stations.count - 1]
    }

    /// Memory for the gradient of the last block's output, which `backward` gives back.
    func topGradient() -> Activations { work.pool.take(like: stations[stations.count - 1]) }

    /// - Parameter gradient: of the last block's output, from `topGradient`; used up.
    func backward(_ gradient: Activations) {
        guard stemTrace != nil || firstBlock < network.blocks.count else { return work.pool.giveBack(gradient) }
        var dy = gradient
        for index in network.blocks.indices[firstBlock...].reversed() {
            let block = network.blocks[index]
            let (x, y) = (stations[stations.count - 2], stations[stations.count - 1])
            let kept = traces.removeLast()
            let trace = kept ?? again(block, x)
            let dx = block.backward(
                x, y: y, trace, dy: dy, needsInput: index > firstBlock || stemTrace != nil, work)
            work.pool.giveBack(stations.removeLast())
            guard let dx else { return }
            dy = dx
        }
        guard let trace = stemTrace else { return }
        stemTrace = nil
        network.stem.backward(y: stations[0], trace, dy: dy, work)
    }

    /// Gives back what is left.
    func giveBackAll() {
        for trace in traces { trace?.giveBack(to: work.pool) }
        stations.forEach(work.pool.giveBack)
        stemTrace.map { [$0.z, $0.pooled].forEach(work.pool.giveBack) }
        (traces, stations, stemTrace) = ([], [], nil)
    }

    /// The trace of a block whose input alone was kept; the running statistics have seen this batch already.
    private func again(_ block: TrainingBlock, _ x: Activations) -> TrainingBlock.Trace {
        let (y, trace) = block.forward(x, updatesStatistics: false, work)
        work.pool.giveBack(y)
        return trace
    }
}
