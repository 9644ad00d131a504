import Dispatch
import Synchronization

/// Makes things one after the other on a thread of its own, a bounded number ahead of who takes them. Whoever makes a
/// loader stops it.
///
/// What is made does not depend on when: the same things in the same order as without it.
package final class Loader<Product: Sendable>: Sendable {
    private struct State {
        var ready: [Result<Product, TrainingError>] = []
        var taken = 0
        var stopped = false
        var waited: Duration = .zero
    }

    private let count: Int
    private let state = Mutex(State())
    private let filled = DispatchSemaphore(value: 0)
    private let room = DispatchSemaphore(value: 0)
    private let worker = DispatchGroup()

    /// - Parameters:
    ///   - count: how many things there are in all.
    ///   - ahead: how many are at most made and not taken yet.
    package init(count: Int, ahead: Int = 2, make: @escaping @Sendable (Int) throws(TrainingError) -> Product) {
        self.count = count
        for _ in 0..<max(1, ahead) { room.signal() }
        DispatchQueue(label: "loader").async(group: worker) { self.work(make) }
    }

    private func work(_ make: (Int) throws(TrainingError) -> Product) {
        for index in 0..<count {
            room.wait()
            if state.withLock({ $0.stopped }) { return }
            let result = Result { () throws(TrainingError) in try make(index) }
            state.withLock { $0.ready.append(result) }
            filled.signal()
        }
    }

    /// The next thing; nil after the last.
    package func next() throws(TrainingError) -> Product? {
        guard state.withLock({ $0.taken < count }) else { return nil }
        let start = ContinuousClock.now
        filled.wait()
        let waited = ContinuousClock.now - start
        let result = state.withLock { state in
            state.taken += 1
            state.waited += waited
            return state.ready.removeFirst()
        }
        room.signal()
        return try result.get()
    }

    /// Seconds for which `next` had to wait.
    package var waitedSeconds: Double {
        let waited = state.withLock { $0.waited }.components
        return Double(waited.seconds) + Double(waited.attoseconds) * 1e-18
    }

    /// Makes nothing more; returns when the thread is done.
    package func stop() {
        state.withLock { $0.stopped = true }
        room.signal()
        worker.wait()
    }
}
