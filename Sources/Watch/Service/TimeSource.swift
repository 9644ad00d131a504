import Glibc

/// Where the service takes its time from. Decisions use the monotonic clock only; wall time is for people and records.
package protocol TimeSource: Sendable {
    /// ns since boot, also counting sleep; never runs backwards within one boot.
    func monotonicNS() -> Int64
    /// µs since 1970, UTC; may jump.
    func utcUS() -> Int64
    /// Waits, in the source's own time, until `monotonicNS` is at least `deadline`.
    func sleep(untilMonotonicNS deadline: Int64) async throws
}

/// The system's clocks.
package struct SystemTime: TimeSource {
    package init() {}

    package func monotonicNS() -> Int64 {
        var time = timespec()
        // CLOCK_BOOTTIME: a machine that slept did wait.
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    package func utcUS() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    package func sleep(untilMonotonicNS deadline: Int64) async throws {
        let left = deadline - monotonicNS()
        if left > 0 { try await Task.sleep(for: .nanoseconds(left)) }
    }
}
