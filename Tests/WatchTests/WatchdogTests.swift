import Synchronization
import Testing
import Watch

@Suite struct WatchdogTests {
    let time = ManualTime()
    let sent = Sent()

    @Test func itIsFedWhileEveryPartBeats() {
        let watchdog = Watchdog(time: time, notifier: sent.notifier, patienceSeconds: 10)
        for _ in 0..<5 {
            time.advance(seconds: 8)
            for part in Watchdog.Part.allCases { watchdog.beat(part) }
            #expect(watchdog.feed() == [])
        }
        #expect(sent.messages.count == 5)
    }

    @Test(arguments: Watchdog.Part.allCases) func oneSilentPartStarvesIt(_ silent: Watchdog.Part) {
        let watchdog = Watchdog(time: time, notifier: sent.notifier, patienceSeconds: 10)
        time.advance(seconds: 11)
        for part in Watchdog.Part.allCases where part != silent { watchdog.beat(part) }
        #expect(watchdog.feed() == [silent])
        #expect(sent.messages == [])
        watchdog.beat(silent)
        #expect(watchdog.feed() == [])
    }

    @Test func longWorkIsExcusedUntilItsEnd() {
        let watchdog = Watchdog(time: time, notifier: sent.notifier, patienceSeconds: 10, parts: [.scan])
        watchdog.expect(.scan, seconds: 100)
        time.advance(seconds: 100)
        #expect(watchdog.feed() == [])
        time.advance(seconds: 1)
        #expect(watchdog.feed() == [.scan])
        watchdog.beat(.scan)
        time.advance(seconds: 11)
        #expect(watchdog.feed() == [.scan])
    }

    @Test func theLoopFeedsUntilAPartStops() async throws {
        let watchdog = Watchdog(time: time, notifier: sent.notifier, patienceSeconds: 10, parts: [.queue])
        let silences = Mutex(0)
        let task = Mutex<Task<Void, any Error>?>(nil)
        let loop = Task {
            try await watchdog.run(intervalNS: 8_000_000_000) { silent in
                silences.withLock { $0 += silent == [.queue] ? 1 : 0 }
                task.withLock { $0?.cancel() }
                withUnsafeCurrentTask { $0?.cancel() }
            }
        }
        task.withLock { $0 = loop }
        await #expect(throws: CancellationError.self) { try await loop.value }
        // At 0, 4 and 8 s; at 12 s the part has been silent for longer than 10 s.
        #expect(sent.messages.count == 3)
        #expect(silences.withLock { $0 } == 1)
    }
}
