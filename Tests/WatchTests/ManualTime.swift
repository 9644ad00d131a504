import Synchronization
import Watch

/// A clock that a test moves by hand.
final class ManualTime: TimeSource {
    private let now = Mutex((monotonicNS: Int64(1_000_000_000_000), utcUS: Int64(1_800_000_000_000_000)))

    func monotonicNS() -> Int64 { now.withLock { $0.monotonicNS } }
    func utcUS() -> Int64 { now.withLock { $0.utcUS } }

    func advance(seconds: Int) {
        now.withLock {
            $0.monotonicNS += Int64(seconds) * 1_000_000_000
            $0.utcUS += Int64(seconds) * 1_000_000
        }
    }

    /// Moves itself to the deadline at once.
    func sleep(untilMonotonicNS deadline: Int64) async throws {
        try Task.checkCancellation()
        now.withLock {
            let step = max(0, deadline - $0.monotonicNS)
            $0.monotonicNS += step
            $0.utcUS += step / 1000
        }
        await Task.yield()
    }
}
