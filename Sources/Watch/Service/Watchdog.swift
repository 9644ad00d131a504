import Synchronization

/// Feeds the service manager's watchdog only while every part of the main loop really gets on.
///
/// Each part beats its own heart after work that proves it lives: a finished scan, a turn of the queue, a ledger
/// transaction. A part that may rightly be busy for longer says so with `expect`.
package final class Watchdog: Sendable {
    /// What must get on.
    package enum Part: String, Sendable, CaseIterable {
        case scan, queue, ledger
    }

    private struct Heart {
        var beats: UInt64 = 0
        var lastNS: Int64
        /// Until when silence is in order.
        var excusedUntilNS: Int64
    }

    private let time: any TimeSource
    private let notifier: Notifier
    /// ns that a part may stay silent.
    private let patienceNS: Int64
    private let hearts: Mutex<[Part: Heart]>

    /// - Parameter patienceSeconds: longest silence of a part that is still in order.
    package init(time: any TimeSource, notifier: Notifier, patienceSeconds: Int, parts: [Part] = Part.allCases) {
        self.time = time
        self.notifier = notifier
        patienceNS = Int64(patienceSeconds) * 1_000_000_000
        let now = time.monotonicNS()
        hearts = Mutex(
            Dictionary(uniqueKeysWithValues: parts.map { ($0, Heart(lastNS: now, excusedUntilNS: now)) }))
    }

    /// Says that `part` has got on.
    package func beat(_ part: Part) {
        let now = time.monotonicNS()
        hearts.withLock { hearts in
            hearts[part]?.beats += 1
            hearts[part]?.lastNS = now
            hearts[part]?.excusedUntilNS = now
        }
    }

    /// Says that `part` starts something that may take `seconds`; the next beat ends the excuse.
    package func expect(_ part: Part, seconds: Int) {
        let until = time.monotonicNS() + Int64(seconds) * 1_000_000_000
        hearts.withLock { $0[part]?.excusedUntilNS = until }
    }

    /// Parts that have been silent for too long, in order.
    package func silent() -> [Part] {
        let now = time.monotonicNS()
        return hearts.withLock { hearts in
            Part.allCases.filter { part in
                guard let heart = hearts[part] else { return false }
                return now > heart.excusedUntilNS && now - heart.lastNS > patienceNS
            }
        }
    }

    /// Tells the manager that the service lives, unless a part has stopped.
    ///
    /// - Returns: the silent parts; empty where the manager was told.
    @discardableResult
    package func feed() -> [Part] {
        let silent = silent()
        if silent.isEmpty { notifier.alive() }
        return silent
    }

    /// Feeds at half the manager's interval until the task is cancelled.
    ///
    /// - Parameter onSilence: called each time instead of feeding.
    package func run(intervalNS: Int64, onSilence: @Sendable ([Part]) -> Void) async throws {
        while !Task.isCancelled {
            let silent = feed()
            if !silent.isEmpty { onSilence(silent) }
            try await time.sleep(untilMonotonicNS: time.monotonicNS() + intervalNS / 2)
        }
    }
}
