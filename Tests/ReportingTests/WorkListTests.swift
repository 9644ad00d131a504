import Foundation
import Imaging
import Reporting
import Screening
import Testing

@Suite struct WorkListTests {
    static func list() -> WorkList {
        func row(
            _ id: String, _ state: WorkListRow.State, _ verdict: Verdict? = nil, noMeaning: Bool = false,
            reason: Reason? = nil, waitingFor: String? = nil, scores: String? = nil, at: Int64,
            supersededBy: String? = nil
        ) -> WorkListRow {
            WorkListRow(
                caseID: id, state: state, verdict: verdict, noClinicalMeaning: noMeaning, reason: reason,
                waitingFor: waitingFor, scores: scores, accession: "ACC-\(at)", studyTime: "2026-02-14 16:\(10 + at)",
                updatedAtLocal: "02:\(10 + at)", updatedAtUS: at,
                page: [.reported, .notAssessable].contains(state) ? "\(id)/report.html" : nil,
                supersededBy: supersededBy)
        }
        let rows = [
            row("c-pending", .waiting, waitingFor: "FLAIR until 03:10", at: 1),
            row("c-below", .reported, .belowThreshold, scores: "T1w 0.21, FLAIR 0.31", at: 2),
            row("c-flag-old", .reported, .flagged, scores: "T1w 0.73, FLAIR 0.41", at: 3),
            row("c-flag-new", .reported, .flagged, scores: "T1w 0.58, FLAIR 0.61", at: 4),
            row(
                "c-failed", .failed,
                reason: Reason(
                    code: "WORKER_TIMEOUT", message: "The worker took longer than 30 minutes. Run fcdwatch retry."),
                at: 5),
            row(
                "c-gate", .notAssessable, .notAssessable,
                reason: Reason(
                    code: "HEAD_NOT_FOUND", message: "No head was found. Check that the right series was sent."), at: 6),
            row("c-unsure", .reported, .indeterminate, scores: "T1w 0.44, FLAIR 0.39", at: 7),
            row("c-demo", .reported, .flagged, noMeaning: true, scores: "T1w 0.99", at: 8),
            row(
                "c-part", .incomplete,
                reason: Reason(
                    code: "SERIES_INCOMPLETE", message: "12 of 176 slices never came. Send the series again."), at: 9),
        ]
        return WorkList(
            rows: rows,
            counts: WorkListCounts(
                inputs: .init(received: 1412, used: 1056, notNeeded: 300, duplicate: 12, refused: 36, waiting: 8),
                studies: .init(
                    received: 9, reported: 5, notAssessable: 1, incomplete: 1, failed: 1, waiting: 1, running: 0),
                refusals: [
                    .init(code: "DICOM_TRUNCATED", count: 31, advice: "The file ends early; send it again."),
                    .init(code: "NOT_AN_IMAGE", count: 5, advice: "Nothing to do; keep other files out of the inbox."),
                ]),
            period: "since 14 February, 18:00", generatedAtLocal: "2026-02-15 06:41 CET",
            lastInput: .init(local: "05:58", ageSeconds: 2580), lastSignOfLife: .init(local: "06:41", ageSeconds: 12),
            software: Software(version: "0.1.0"), auditHead: SampleStudies.hash("audit"))
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["FCDWATCH_PAGES"] != nil, "a tool: set FCDWATCH_PAGES"))
    func listsAreWritten() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["FCDWATCH_PAGES"])
        var list = Self.list()
        try list.html().write(toFile: "\(folder)/index.html", atomically: true, encoding: .utf8)
        list.counts.inputs.used -= 3
        list.alarms = [
            Reason(
                code: "MODEL_CHANGED",
                message: "A model file changed. Screening has stopped: run fcdwatch models verify.")
        ]
        try list.html().write(toFile: "\(folder)/unbalanced.html", atomically: true, encoding: .utf8)
        list = WorkList(
            rows: [],
            counts: WorkListCounts(
                inputs: .init(received: 0, used: 0, notNeeded: 0, duplicate: 0, refused: 0, waiting: 0),
                studies: .init(
                    received: 0, reported: 0, notAssessable: 0, incomplete: 0, failed: 0, waiting: 0, running: 0)),
            period: "since 18:00", generatedAtLocal: "2026-02-15 06:41 CET", software: Software(version: "0.1.0"))
        try list.html().write(toFile: "\(folder)/empty.html", atomically: true, encoding: .utf8)
    }

    @Test func whatNeedsAPersonComesFirst() {
        #expect(
            Self.list().sortedRows.map(\.caseID) == [
                "c-failed", "c-flag-new", "c-flag-old", "c-unsure", "c-gate", "c-part", "c-demo", "c-below",
                "c-pending",
            ])
    }

    @Test func everyStateStandsSomewhere() {
        for state in WorkListRow.State.allCases {
            for verdict in Verdict.allCases.map(Optional.some) + [nil] {
                let row = WorkListRow(
                    caseID: "c", state: state, verdict: verdict, noClinicalMeaning: true, updatedAtLocal: "",
                    updatedAtUS: 0)
                #expect(![.flagged, .indeterminate, .belowThreshold].contains(row.standing))
            }
        }
        let broken = WorkListRow(caseID: "c", state: .reported, updatedAtLocal: "", updatedAtUS: 0)
        #expect(broken.standing == .failed, "reported without a verdict is a fault, not a result")
    }

    @Test func balancedSumsAreSaidToBalance() {
        let list = Self.list()
        #expect(list.counts.isBalanced)
        #expect(list.html().contains("The sums balance"))
        #expect(!list.html().contains("NOT BALANCE"))
    }

    @Test func sumsThatDoNotBalanceAreLoud() {
        var list = Self.list()
        list.counts.inputs.used -= 1
        #expect(list.html().contains("INPUTS DO NOT BALANCE"))
        #expect(list.html().contains("1 input file without an outcome."))
        list = Self.list()
        list.counts.studies.reported += 2
        #expect(list.html().contains("STUDIES DO NOT BALANCE"))
        #expect(list.html().contains("2 studies counted twice."))
        list = Self.list()
        list.counts.refusals.removeLast()
        #expect(list.html().contains("REFUSALS DO NOT BALANCE"))
    }

    @Test func rowWithoutClinicalMeaningShowsNeitherVerdictNorScore() {
        var list = Self.list()
        list.rows = list.rows.filter { $0.caseID == "c-demo" }
        let html = list.html()
        #expect(html.contains("NO CLINICAL MEANING"))
        #expect(!html.contains("FLAGGED"))
        #expect(!html.contains("0.99"))
    }

    @Test func rowsLinkToTheirPagesByRelativeAddress() {
        let html = Self.list().html()
        #expect(html.contains("href=\"./c-flag-new/report.html\""))
        #expect(html.contains("ACC-4"))
        #expect(html.contains("DICOM times are local without zone."))
        #expect(html.contains("43 min before writing"))
        var list = Self.list()
        list.rows[1].page = "javascript:alert(1)"
        #expect(!list.html().contains("javascript:"))
    }

    @Test func withoutIdentityThereIsNoColumnForIt() {
        var list = Self.list()
        for at in list.rows.indices {
            list.rows[at].accession = nil
            list.rows[at].studyTime = nil
        }
        #expect(!list.html().contains("Accession"))
    }

    @Test func whatTookAPlaceWhyAndWhatIsFirstIsSaid() throws {
        var list = Self.list()
        let below = try #require(list.rows.firstIndex { $0.caseID == "c-below" })
        list.rows[below].takesPlaceOf = "c-earlier"
        #expect(list.html().contains("Takes the place of case c-earlier."))
        list.rows[below].isRescreened = true
        #expect(list.html().contains("Screened again on request; takes the place of case c-earlier."))
        #expect(!list.html().contains("Put first."))
        let pending = try #require(list.rows.firstIndex { $0.caseID == "c-pending" })
        list.rows[pending].isFirst = true
        #expect(list.html().contains("Put first."))
    }

    @Test func studiesThatHaveNoRoomAreCounted() {
        var list = Self.list()
        #expect(!list.html().contains("no room here"))
        list.unlisted = 1
        #expect(list.html().contains("1 further study has no room here"))
        list.unlisted = 2400
        #expect(list.html().contains("2400 further studies have no room here"))
    }

    @Test func emptyListSaysWhatToExpect() {
        var list = Self.list()
        list.rows = []
        #expect(list.html().contains("No study has arrived."))
    }

    @Test func refusedInputIsListedByCodeMostFirst() throws {
        let html = Self.list().html()
        let many = try #require(html.firstRange(of: "DICOM_TRUNCATED"))
        let few = try #require(html.firstRange(of: "NOT_AN_IMAGE"))
        #expect(many.lowerBound < few.lowerBound)
    }
}
