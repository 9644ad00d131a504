import Logging
import Synchronization
import Testing
import Watch

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

private final class Events: Sendable {
    private let events = Mutex<[[String]]>([])
    var all: [[String]] { events.withLock { $0 } }
    func add(_ event: [String]) { events.withLock { $0.append(event) } }
}
