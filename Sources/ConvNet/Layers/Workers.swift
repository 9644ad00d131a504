import COpenBLAS
import Dispatch
import Synchronization

/// Shares independent pieces of work among a bounded number of threads and returns when all are done.
enum Workers {
    /// Hands out item numbers, each once.
    final class Items: Sendable {
        private let count: Int
        private let taken = Atomic<Int>(0)

        fileprivate init(count: Int) { self.count = count }

        func next() -> Int? {
            let item = taken.wrappingAdd(1, ordering: .relaxed).oldValue
            return item < count ? item : nil
        }
    }

    /// OpenBLAS ends the process when more threads call it at once than it has buffers for, at least 64.
    private static let most = 32

    /// Calls `work` once on each of at most `threads` threads; each call takes items until none is left.
    ///
    /// OpenBLAS is told to use one thread per call, for the workers are its threads.
    static func run(threads: Int, items count: Int, _ work: (Items) -> Void) {
        precondition(threads > 0, "at least one thread")
        openblas_set_num_threads(1)
        let items = Items(count: count)
        let workers = min(threads, most, count)
        if workers <= 1 {
            work(items)
        } else {
            withoutActuallyEscaping(work) { work in
                // Workers write to disjoint items through pointers, which no type can say.
                nonisolated(unsafe) let shared = work
                DispatchQueue.concurrentPerform(iterations: workers) { _ in shared(items) }
            }
        }
    }
}
