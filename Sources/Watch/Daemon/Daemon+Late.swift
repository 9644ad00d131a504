import Foundation
import Glibc
import Imaging
import Ledger
import Logging
import Reporting
import Screening

/// Files that come when their study has its report already.
///
/// They gather in a case of their own behind the report, which stays in force. Only when that case is certain to be
/// screened does it take the report's place; where it would say nothing new, it ends and the report stands.
extension Daemon {
    /// Ends a case of late files that would say nothing new, or could only say less.
    ///
    /// - Returns: true where the case is at its end.
    func endsLate(_ record: CaseRecord, _ track: StudyTrack) throws -> Bool {
        guard let (inForce, earlier) = try standingReport(before: record), let chosen = track.chosen else {
            return false
        }
        let isSame = Modality.allCases.allSatisfy { modality in
            let used = earlier.modalities.first { $0.modality == modality }?.inputSHA256 ?? []
            return StudyTrack.contents(of: used) == chosen[modality]
        }
        guard isSame else { return try endsWithoutEarlierCopies(record, track) }
        try endLate(record, behind: inForce, because: .nothingNew)
        return true
    }

    /// Ends a case of late files whose study has lost the copies that its report rests on.
    func endsWithoutEarlierCopies(_ record: CaseRecord, _ track: StudyTrack) throws -> Bool {
        guard let (inForce, earlier) = try standingReport(before: record) else { return false }
        let copies = Set(try studyFiles(of: record).map(\.sha256))
        let isLess = earlier.modalities.contains { modality in
            !modality.inputSHA256.allSatisfy(copies.contains) && track.chosen?[modality.modality] == nil
        }
        guard isLess else { return false }
        try endLate(record, behind: inForce, because: .earlierCopiesGone)
        return true
    }

    /// True while the case that late files stand behind is being screened: what it will say is not known yet.
    func isBehindRunning(_ record: CaseRecord) throws -> Bool {
        guard record.supersededBy != nil else { return false }
        return try ledger.case(studyKey: record.studyKey)?.state == .running
    }

    /// The case in force that this one stands behind, with what it found; nil where no report stands.
    ///
    /// - Throws: `OUTPUT_UNWRITABLE` while the reports folder is away.
    private func standingReport(before record: CaseRecord) throws -> (inForce: CaseRecord, result: StudyResult)? {
        guard record.supersededBy != nil, let inForce = try ledger.case(studyKey: record.studyKey),
            let result = try publishedResult(of: inForce)
        else { return nil }
        return (inForce, result)
    }

    /// What a case's `result.json` says; nil where it has none, or not the one that was published.
    func publishedResult(of record: CaseRecord) throws -> StudyResult? {
        guard record.state == .reported || record.state == .notAssessable, let hash = record.resultSHA256 else {
            return nil
        }
        guard access(settings.reports + "/.", F_OK) == 0 else {
            throw WatchError(
                .unwritable, "The reports folder is away. Mount it; the service goes on by itself.",
                subject: settings.reports)
        }
        let path = settings.reports + "/" + record.id + "/" + Publication.resultName
        guard access(path, F_OK) == 0 else { return nil }
        do {
            guard try Publication.hash(of: path) == hash else { return nil }
            return try ResultJSON.decode(Array(try Data(contentsOf: URL(fileURLWithPath: path))))
        } catch {
            // reason: without a readable result there is nothing to compare with; the study is screened again.
            log.warning("An earlier result cannot be read.", metadata: ["case": "\(record.id)"])
            return nil
        }
    }

    /// Enters the late files as not needed; the report stays in force.
    private func endLate(_ record: CaseRecord, behind inForce: CaseRecord, because code: WatchError.Code) throws {
        let now = time.utcUS()
        try ledger.commit { transaction in
            try transaction.change(case: record.id, atUS: now) {
                $0.state = .notAssessable
                $0.code = code.rawValue
                $0.waitingFor = nil
                $0.supersededBy = inForce.id
            }
            var count = 0
            for file in try transaction.inputs(caseID: record.id) where file.outcome == .waiting {
                var row = file
                row.outcome = .notNeeded
                row.code = code.rawValue
                try transaction.update(row)
                count += 1
            }
            try transaction.audit(
                AuditEvent(
                    .cancelled, outcome: code.rawValue, caseID: record.id,
                    body: ["inForce": .string(inForce.id), "files": AuditValue(count)]))
        }
        tracks[record.id] = nil
        workListIsStale = true
        log.notice(
            "Late files of a study were not screened; its report stands.",
            metadata: JournalMessage.lateFiles.metadata([
                "case": "\(record.id)", "inForce": "\(inForce.id)", "code": "\(code.rawValue)",
            ]))
    }
}
