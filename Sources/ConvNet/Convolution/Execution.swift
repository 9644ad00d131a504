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
}
