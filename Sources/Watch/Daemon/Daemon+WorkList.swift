import DICOM
import Foundation
import Imaging
import Ledger
import Logging
import Reporting
import Screening

/// The work list: what the morning looks at.
extension Daemon {
    /// The list is rewritten at least this often, so that its age tells whether the service lives.
    static let workListMinutes = 5
    /// Changes are gathered for this long, so that a burst of files does not write a page for each.
    private static let workListPauseNS: Int64 = 1_000_000_000
    /// A page that takes long, as its sums go over millions of files, is followed by so many times that without one.
    private static let workListShare: Int64 = 20

    /// Writes the work list where something changed or its age calls for it.
    func writeWorkListIfDue() throws {
        let now = time.monotonicNS()
        try writeSignOfLifeIfDue(nowNS: now)
        let age = workListWrittenAtNS.map { now - $0 } ?? Int64.max
        let isOld = age >= Int64(Self.workListMinutes) * 60_000_000_000
        let pause = max(Self.workListPauseNS, Self.workListShare * workListTookNS)
        guard isOld || (workListIsStale && age >= pause) else { return }
        try writeWorkList()
    }

    /// Writes the work list now.
    func writeWorkList() throws {
        let began = time.monotonicNS()
        let page = try workList().html()
        try SpoolFolder.write(Array(page.utf8), to: settings.reports + "/index.html", mode: 0o640)
        workListIsStale = false
        let now = time.monotonicNS()
        workListWrittenAtNS = now
        workListTookNS = now - began
    }

    private func workList() throws -> WorkList {
        let nowUS = time.utcUS()
        let counts = try ledger.counts()
        let listed = try ledger.listedCases(
            changedSinceUS: nowUS - Self.listedDays * 86_400_000_000, limit: Self.listedCases)
        let predecessors = try ledger.predecessors(of: listed.cases.map(\.id))
        let lastInput = try ledger.lastInputAtUS()
        return WorkList(
            rows: listed.cases.map { row($0, takesPlaceOf: predecessors[$0.id]) },
            unlisted: listed.total - listed.cases.count, counts: Self.pageCounts(counts),
            period:
                "all since the service was installed; studies below: open ones and those of \(Self.listedDays) days",
            generatedAtLocal: LocalTime.text(nowUS),
            lastInput: lastInput.map {
                WorkList.Moment(local: LocalTime.text($0), ageSeconds: Int((nowUS - $0) / 1_000_000))
            },
            lastSignOfLife: WorkList.Moment(local: LocalTime.text(nowUS), ageSeconds: 0),
            rewrittenEveryMinutes: Self.workListMinutes,
            software: Software(version: settings.screening.softwareVersion),
            auditHead: try ledger.head()?.description, alarms: alarms + studyAlarms(listed.cases))
    }

    /// Days for which a finished study stays on the list.
    private static let listedDays: Int64 = 14

    /// Rows that the page has at most, so that a backlog of thousands does not make a page that nobody can open.
    private static let listedCases = 1000

    /// What the page shows on its top: notices of the night, and what is at fault now.
    var alarms: [Reason] { (nightNotice?.standing(atUS: time.utcUS()) ?? []) + faultAlarms }

    /// What is at fault now.
    var faultAlarms: [Reason] {
        var alarms: [Reason] = []
        if let modelFault {
            alarms.append(
                Reason(
                    code: "SCREENING STOPPED: " + modelFault.code,
                    message: modelFault.message + " Studies wait and are screened once the model is in order."))
        }
        for loop in Loop.allCases {
            guard let fault = faults[loop] else { continue }
            alarms.append(
                Reason(code: "\(loop.rawValue.uppercased()) PAUSED: \(fault.code)", message: fault.message))
        }
        if unfinishedInInbox > 0 {
            alarms.append(
                Reason(
                    code: "UNFINISHED FILES IN THE INBOX",
                    message:
                        "\(unfinishedInInbox) files have long been unfinished: their names say that they are being "
                        + "written, or they never stop changing. Rename or resend them."))
        }
        if inbox.isTruncated {
            alarms.append(
                Reason(
                    code: "TOO MANY FILES IN THE INBOX",
                    message:
                        "More than \(scanner.maximumEntries) files and folders lie there, and what is beyond is not seen. "
                        + "It is once others were taken; with inbox.keep, move old ones away."))
        }
        if missingReports > 0 {
            alarms.append(
                Reason(
                    code: "REPORTS ARE MISSING",
                    message:
                        "\(missingReports) finished studies have no report in this folder. Check that the right folder is "
                        + "mounted; restore it from a backup."))
        }
        if unreadableInInbox > 0 {
            alarms.append(
                Reason(
                    code: "UNREADABLE FILES IN THE INBOX",
                    message:
                        "\(unreadableInInbox) files cannot be read or copied. Check the storage; they are tried again.")
            )
        }
        return alarms
    }

    private func row(_ record: CaseRecord, takesPlaceOf earlier: String?) -> WorkListRow {
        let summary = CaseSummary(json: record.summary)
        let state = WorkListRow.State(rawValue: record.state.rawValue) ?? .failed
        let hasPage = (record.state == .reported || record.state == .notAssessable) && record.resultSHA256 != nil
        let isLate = record.isLate
        // In short: the page has the measurements.
        let reason = record.code.map { Reason(code: $0, message: ReasonTable.sentence(for: $0)) }
        // Whose study it is would be a guess where its files name different patients.
        let showsIdentity =
            settings.screening.identity == .local && record.code != DICOMCode.conflictingPatient.rawValue
        return WorkListRow(
            caseID: record.id, state: state, verdict: record.verdict.flatMap(Verdict.init(rawValue:)),
            noClinicalMeaning: record.noClinicalMeaning, reason: reason, waitingFor: record.waitingFor,
            scores: summary.scores.isEmpty ? nil : Self.line(summary.scores),
            accession: showsIdentity ? record.accession : nil, studyTime: showsIdentity ? record.studyTime : nil,
            updatedAtLocal: LocalTime.text(record.updatedAtUS), updatedAtUS: record.updatedAtUS,
            page: hasPage ? record.id + "/" + Publication.pageName : nil,
            supersededBy: isLate ? nil : record.supersededBy, lateFor: isLate ? record.supersededBy : nil,
            takesPlaceOf: earlier, isRescreened: record.origin == .rescreen,
            isFirst: record.priority > 0 && !record.state.isFinal)
    }

    private static func line(_ scores: [ScoreLine]) -> String {
        scores.map { "\($0.modality.rawValue) \(String(format: "%.2f", $0.mean))" }.joined(separator: ", ")
    }

    private static func pageCounts(_ counts: LedgerCounts) -> WorkListCounts {
        let refusals = counts.inputCodes.filter { $0.outcome == InputOutcome.refused.rawValue }
        return WorkListCounts(
            inputs: .init(
                received: counts.received, used: counts.inputs(.used), notNeeded: counts.inputs(.notNeeded),
                duplicate: counts.inputs(.duplicate), refused: counts.inputs(.refused),
                waiting: counts.inputs(.waiting)),
            studies: .init(
                received: counts.studies, reported: counts.cases(.reported),
                notAssessable: counts.cases(.notAssessable),
                incomplete: counts.cases(.incomplete), failed: counts.cases(.failed),
                waiting: counts.cases(.arriving) + counts.cases(.waiting) + counts.cases(.ready),
                running: counts.cases(.running)),
            refusals: refusals.map {
                let code = $0.code ?? "UNKNOWN"
                return .init(code: code, count: $0.count, advice: ReasonTable.sentence(for: code))
            })
    }
}
