import KernelsAVX2
import KernelsAVX512
import KernelsPlain

/// How many float32 operations a second the machine could do with a set of kernels, were there nothing but arithmetic.
package enum PeakRate {
    /// Rounds of one call of the loop: about a millisecond.
    private static let rounds = 300_000
    /// Calls of each thread; the best trial of a few counts, for other work can only make it slower.
    private static let calls = 20
    private static let trials = 3

    /// Multiplications and additions per second of all threads together.
    ///
    /// - Parameter clock: seconds since any fixed moment.
    package static func operationsPerSecond(_ kernels: KernelSet, threads: Int, clock: () -> Double) -> Double {
        let best = (0..<trials).map { _ in
            let begin = clock()
            // One item per thread and call, so that a thread that is held up takes fewer.
            Workers.run(threads: threads, items: threads * calls) { items in
                var sum: Float = 0
                while items.next() != nil { sum += loop(kernels, rounds: rounds) }
                // Never so: the loop stays below 1 / (1 - factor) in every chain. It keeps the work from being left out.
                precondition(sum.isFinite, "the loop does not overflow")
            }
            return clock() - begin
        }.min()
        let operations = Double(operationsPerRound(kernels) * rounds * threads * calls)
        return best.map { $0 > 0 ? operations / $0 : 0 } ?? 0
    }

    private static func loop(_ kernels: KernelSet, rounds: Int) -> Float {
        let factor: Float = 0.99
        return switch kernels.instructions {
        case .avx512: KernelsAVX512.peakLoop(rounds: rounds, factor: factor)
        case .avx2: KernelsAVX2.peakLoop(rounds: rounds, factor: factor)
        case .plain: KernelsPlain.peakLoop(rounds: rounds, factor: factor)
        }
    }

    private static func operationsPerRound(_ kernels: KernelSet) -> Int {
        switch kernels.instructions {
        case .avx512: KernelsAVX512.peakLoopOperations()
        case .avx2: KernelsAVX2.peakLoopOperations()
        case .plain: KernelsPlain.peakLoopOperations()
        }
    }
}
