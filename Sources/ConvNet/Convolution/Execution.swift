import Synchronization

/// How work is done: on how many threads, with which kernels, in which scratch memory. One forward or backward pass owns one.
///
/// Scratch memory grows to what the largest layer needs and is used again by the next.
package final class Execution: @unchecked Sendable {
    /// Threads that may work at once, at least one.
    package let threads: Int
    package let kernels: KernelSet
    private var scratch = AlignedMemory(count: 0)

    package init(threads: Int, kernels: KernelSet = .standard) {
        precondition(threads > 0, "at least one thread")
        self.threads = threads
        self.kernels = kernels
    }

    /// At least `count` floats, whatever they hold, until the next call.
    package func scratch(count: Int) -> UnsafeMutablePointer<Float> {
        if scratch.count < count { scratch = AlignedMemory(count: count) }
        return scratch.base
    }

    /// Calls `work` once for every item of 0 ..< `count`, several at once. No two calls at once have the same worker, a
    /// number below `threads`.
    func share(_ count: Int, _ work: (_ worker: Int, _ item: Int) -> Void) {
        let started = Atomic<Int>(0)
        Workers.run(threads: threads, items: count) { items in
            let worker = started.wrappingAdd(1, ordering: .relaxed).oldValue
            while let item = items.next() { work(worker, item) }
        }
    }
}
