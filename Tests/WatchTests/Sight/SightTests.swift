import Foundation
import Imaging
import Ledger
import Screening
import Testing
import Watch

/// What commands say of a site that a daemon has worked on.
@Suite struct SightTests {
    private func commandsSite(_ site: NightSite) -> Site {
        var configuration = Configuration()
        configuration.paths.inbox = site.settings.inbox
        configuration.paths.reports = site.settings.reports
        configuration.paths.state = site.settings.state
        configuration.inbox.reserveMB = 0
        return Site(configuration: configuration, key: site.key, ledger: site.ledger)
    }

    @Test func statusSaysThatAllIsWellOnlyWhereTheServiceLives() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        let status = try SiteStatus.read(commandsSite(site), time: site.time)
        #expect(status.service.isRunning == false)
        #expect(status.attention.map(\.code) == ["SERVICE_SILENT"])
        #expect(status.brief.hasPrefix("ATTENTION: SERVICE_SILENT"))

        let lock = try InstanceLock(folder: site.settings.state)
        defer { withExtendedLifetime(lock) {} }
        try await site.daemon.intakeTurn()
        let well = try SiteStatus.read(commandsSite(site), time: site.time)
        #expect(well.service.isAlive)
        #expect(well.isWell)
        #expect(well.brief.hasPrefix("OK: "))
        #expect(well.lines.contains("All is well."))

        site.time.advance(seconds: 1000)
        let silent = try SiteStatus.read(commandsSite(site), time: site.time)
        #expect(silent.attention.map(\.code) == ["SERVICE_SILENT"])
        #expect(silent.service.ageSeconds == 1000)
    }

    @Test func statusNamesWhatIsOpenAndTheKeysOfTheSumsStay() async throws {
        let site = try NightSite()
        let lock = try InstanceLock(folder: site.settings.state)
        defer { withExtendedLifetime(lock) {} }
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("Kanarienvogel/T1.nii.gz", .t1w)
        try site.folder.write("inbox/Kanarienvogel/notes.exe", [1, 2, 3])
        try await site.settle()
        site.time.advance(seconds: 300)
        let status = try SiteStatus.read(commandsSite(site), time: site.time)
        #expect(status.open.map(\.waitingFor) == ["FLAIR"])
        #expect(status.open.allSatisfy { $0.minutes >= 5 })
        #expect(status.refused.map(\.code) == ["NOT_AN_IMAGE"])
        let json = String(decoding: try JSONEncoder().encode(status), as: UTF8.self)
        for key in ["received", "casesByState", "attention", "service", "space"] {
            #expect(json.contains("\"\(key)\""))
        }
        #expect(!(json + status.lines.joined()).contains("Kanarienvogel"))

        let story = CaseStory(try site.ledger.explain(site.onlyCase.id)).lines.map(\.text)
        #expect(story.first?.hasPrefix("Received 1 file at") == true)
        #expect(story.contains { $0.hasPrefix("Waited for FLAIR") })
        #expect(story.last == "Now: it waits for FLAIR.")
        #expect(!story.joined().contains("Kanarienvogel"))
    }

    @Test func storyOfAReportedCaseIsToldInOrder() throws {
        let site = try NightSite()
        try site.ledger.commit { transaction in
            var record = CaseRecord(
                id: "c", studyKey: "s", pseudonym: "p", state: .reported, createdAtUS: 1, updatedAtUS: 9_000_000_000,
                lastInputAtUS: 2)
            record.verdict = "belowThreshold"
            record.resultSHA256 = String(repeating: "0", count: 64)
            try transaction.insert(record)
            for number in 0..<3 {
                try transaction.insert(
                    InputRecord(
                        sha256: String(repeating: "\(number)", count: 64), size: 1, relativePath: "x\(number)",
                        receivedAtUS: Int64(number) * 4_000_000_000, caseID: "c"))
            }
            try transaction.audit(AuditEvent(.studyDiscovered, caseID: "c"))
            try transaction.audit(AuditEvent(.studyWaiting, caseID: "c", body: ["waitingFor": "FLAIR"]))
            try transaction.audit(AuditEvent(.studyComplete, caseID: "c", body: ["missing": ["FLAIR"]]))
            try transaction.audit(AuditEvent(.attemptStarted, caseID: "c", body: ["attempt": 1]))
            try transaction.audit(
                AuditEvent(
                    .inference, caseID: "c",
                    body: [
                        "modality": "T1w", "mean": 0.21, "minimum": 0.1, "maximum": 0.3, "threshold": 0.5, "members": 5,
                    ]))
            try transaction.audit(
                AuditEvent(
                    .reportPublished, caseID: "c", body: ["verdict": "belowThreshold", "waitedSeconds": 4000]))
        }
        let story = CaseStory(try site.ledger.explain("c")).lines.map(\.text)
        let rest = story.drop { $0.hasPrefix("Received") }
        #expect(story.count - rest.count == 3, "pauses of more than half an hour part deliveries")
        #expect(
            rest.dropFirst(2) == [
                "The study was ready to be screened as it stood: FLAIR did not come.", "Screening began, attempt 1.",
                "T1w: model score 0.21 (5 members, 0.10–0.30), threshold 0.50.",
                "Reported 66 min after its last file: below threshold, which does not exclude FCD.",
                "Now: its report is in its place.",
            ])
        #expect(rest.dropFirst().first?.hasPrefix("Waited for FLAIR until ") == true)
    }

    @Test func fileIsFoundWhereverItIs() async throws {
        let site = try NightSite()
        let inbox = site.settings.inbox
        try await site.daemon.prepare(adopts: false)
        let lock = try InstanceLock(folder: site.settings.state)
        defer { withExtendedLifetime(lock) {} }
        try site.folder.write("inbox/a/notes.exe", [1, 2, 3])
        try site.folder.write("inbox/a/image.dcm.part", [4])
        try site.folder.write("inbox/a/empty.dcm", [])
        try await site.settle()
        func find(_ path: String) throws -> FileStory {
            try FileStory.find(path, in: commandsSite(site), time: site.time)
        }

        let partial = try find(inbox + "/a/image.dcm.part")
        #expect(partial.now?.contains("its name says") == true)
        #expect(partial.deliveries.isEmpty)
        let empty = try find(inbox + "/a/empty.dcm")
        #expect(empty.now?.contains("EMPTY_FILE") == true)
        #expect(empty.deliveries.map(\.code) == ["EMPTY_FILE"])

        for typed in [inbox + "/a/notes.exe", "a/notes.exe"] {
            let gone = try find(typed)
            #expect(gone.now == nil)
            #expect(gone.deliveries.map(\.outcome) == [.refused], "\(typed)")
            #expect(gone.lines.count == 1)
        }
        let copy = try site.folder.write("elsewhere/same.bin", [1, 2, 3])
        let same = try find(copy)
        #expect(same.now == nil)
        #expect(same.deliveries.map(\.code) == ["NOT_AN_IMAGE"])
        #expect(!same.lines.joined().contains("notes"))

        try site.folder.write("inbox/b/fresh.dcm", [9])
        let modified = Date(timeIntervalSince1970: Double(site.time.utcUS()) / 1e6 - 3)
        try FileManager.default.setAttributes([.modificationDate: modified], ofItemAtPath: inbox + "/b/fresh.dcm")
        #expect(try find("b/fresh.dcm").now?.contains("still being written: it changed 3 s ago") == true)
        #expect(try find("never.dcm").lines == ["No such file is in the inbox, and none came from there."])
        #expect(try find("../state/site.key").now == nil)
    }

    @Test func morningNamesASilentServiceFirst() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        var opened = commandsSite(site)
        #expect(
            try SiteStatus.morning(opened, time: site.time).map(\.code) == ["SERVICE_SILENT", "NIGHT_WITHOUT_INPUT"])
        var configuration = opened.configuration
        configuration.notice.expectStudies = false
        opened = Site(configuration: configuration, key: site.key, ledger: site.ledger)
        let lock = try InstanceLock(folder: site.settings.state)
        defer { withExtendedLifetime(lock) {} }
        try await site.daemon.intakeTurn()
        #expect(try SiteStatus.morning(opened, time: site.time).isEmpty)
    }

    @Test func daysAreLocalAndWhole() throws {
        let begin = try #require(LocalTime.day("2026-11-01"))
        #expect(LocalTime.text(begin).hasPrefix("2026-11-01 00:00"))
        #expect(LocalTime.text(LocalTime.dayAfter(begin)).hasPrefix("2026-11-02 00:00"))
        for text in ["2026-13-01", "2026-02-30", "1.11.2026", "2026-1-1", ""] { #expect(LocalTime.day(text) == nil) }
    }
}
