import Glibc
import Logging
import Synchronization
import Testing
import Watch

@Suite struct NotifierTests {
    @Test func statesAreWrittenAsTheManagerReadsThem() {
        let sent = Sent()
        let notifier = sent.notifier
        notifier.ready("Watching")
        notifier.status("two\nWATCHDOG=trigger")
        notifier.stopping("Stopping")
        notifier.alive()
        notifier.extendTimeout(seconds: 3)
        #expect(
            sent.messages == [
                "READY=1\nSTATUS=Watching", "STATUS=two WATCHDOG=trigger", "STOPPING=1\nSTATUS=Stopping", "WATCHDOG=1",
                "EXTEND_TIMEOUT_USEC=3000000",
            ])
    }

    @Test func aReloadCarriesItsTime() {
        let sent = Sent()
        sent.notifier.reloading()
        #expect(sent.messages[0].hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
    }
}

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

@Suite struct InstanceLockTests {
    @Test func theSecondIsRefusedUntilTheFirstEnds() throws {
        let folder = try TemporaryFolder()
        do {
            let first = try InstanceLock(folder: folder.path)
            let error = #expect(throws: WatchError.self) { _ = try InstanceLock(folder: folder.path) }
            #expect(error?.code == .alreadyRunning)
            _ = consume first
        }
        _ = try InstanceLock(folder: folder.path)
    }

    @Test func aMissingStateFolderIsNamed() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: WatchError.self) { _ = try InstanceLock(folder: folder.path + "/none") }
        #expect(error?.code == .stateUnwritable)
    }
}

@Suite struct TimeSourceTests {
    @Test func monotonicTimeGrows() {
        let time = SystemTime()
        let first = time.monotonicNS()
        #expect(first > 0)
        #expect(time.monotonicNS() >= first)
        #expect(time.utcUS() > 1_700_000_000_000_000)
    }

    @Test func theBootHasAName() throws {
        let boot = try BootID.read()
        #expect(boot.count == 32 && boot.allSatisfy(\.isHexDigit))
    }
}

@Suite struct JournalLogHandlerTests {
    private func logger(_ events: Events, hasJournal: Bool = true) -> Logger {
        Logger(label: "fcdwatch") { label in
            JournalLogHandler(
                label: label,
                journal: { fields in
                    events.add(fields.map { "\($0.name)=\($0.value)" })
                    return hasJournal
                }, fallback: { events.add([$0]) })
        }
    }

    @Test func factsBecomeFields() {
        let events = Events()
        var logger = logger(events)
        logger[metadataKey: "case"] = "c-12"
        logger.warning(
            "A worker ended without a result",
            metadata: JournalMessage.workerEnded.metadata(["code": "WORKER_TIMEOUT", "wallSeconds": "\(7)"]))
        #expect(
            events.all == [
                [
                    "MESSAGE=A worker ended without a result", "PRIORITY=4", "SYSLOG_IDENTIFIER=fcdwatch",
                    "MESSAGE_ID=\(JournalMessage.workerEnded.rawValue)", "FCDWATCH_CASE=c-12",
                    "FCDWATCH_CODE=WORKER_TIMEOUT", "FCDWATCH_WALL_SECONDS=7",
                ]
            ])
    }

    @Test func withoutAJournalThereIsALine() {
        let events = Events()
        logger(events, hasJournal: false).error("Storage is full", metadata: ["free": "a\nb"])
        #expect(events.all.last == ["<3>fcdwatch: Storage is full free=a b\n"])
    }

    @Test(arguments: [
        ("case", "FCDWATCH_CASE"), ("caseID", "FCDWATCH_CASE_ID"), ("sha256", "FCDWATCH_SHA256"),
        ("a-b", "FCDWATCH_A_B"),
    ])
    func fieldNamesAreOnesTheJournalTakes(_ key: String, _ field: String) {
        #expect(JournalLogHandler.fieldName(key) == field)
    }

    @Test func identifiersAreDistinctAndWellFormed() {
        let all = JournalMessage.allCases.map(\.rawValue)
        #expect(Set(all).count == all.count)
        #expect(all.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
    }

    @Test func theCatalogExplainsEveryMessage() throws {
        let text = try PackageFile.text("systemd/fcdwatch.catalog")
        let explained = text.split(separator: "\n").filter { $0.hasPrefix("-- ") }.map { String($0.dropFirst(3)) }
        #expect(explained.sorted() == JournalMessage.allCases.map(\.rawValue).sorted())
    }
}

/// Collects what a notifier sends.
final class Sent: Sendable {
    private let all = Mutex<[String]>([])
    var messages: [String] { all.withLock { $0 } }
    var notifier: Notifier {
        Notifier { message in
            self.all.withLock { $0.append(message) }
            return 1
        }
    }
}

private final class Events: Sendable {
    private let events = Mutex<[[String]]>([])
    var all: [[String]] { events.withLock { $0 } }
    func add(_ event: [String]) { events.withLock { $0.append(event) } }
}
