/// Hands out memory for activations and takes it back, so that every training step works in the pages of the first.
///
/// What is handed out holds whatever was there, except that the channels which fill up a vector are zero.
package final class ActivationPool {
    private var free: [AlignedMemory] = []
    private var lent: [UnsafeMutablePointer<Float>: AlignedMemory] = [:]

    package func take(samples: Int, channels: Int, shape: SIMD3<Int>) -> Activations {
        let count = Activations.count(samples: samples, channels: channels, shape: shape)
        let memory = take(count: count)
        let result = Activations(in: memory, at: 0, samples: samples, channels: channels, shape: shape)
        if result.lanes != channels { memory.base.update(repeating: 0, count: count) }
        lent[memory.base] = memory
        return result
    }

    /// Of the same shape as others.
    package func take(like x: Activations) -> Activations {
        take(samples: x.samples, channels: x.channels, shape: x.shape)
    }

    /// Takes back what `take` gave; nothing may read or write it any more.
    package func giveBack(_ activations: Activations) {
        guard let memory = lent.removeValue(forKey: activations.base) else {
            preconditionFailure("memory is given back once, by whom it was lent to")
        }
        free.append(memory)
    }

    /// Lets go of all memory that nobody uses.
    package func drain() { free = [] }

    /// The smallest free memory that is large enough and no more than twice that, or else new memory.
    private func take(count: Int) -> AlignedMemory {
        let fitting = free.indices.filter { free[$0].count >= count && free[$0].count <= 2 * count }
        guard let best = fitting.min(by: { free[$0].count < free[$1].count }) else {
            return AlignedMemory(count: count)
        }
        return free.remove(at: best)
    }
}
