import Crypto
import Foundation
import Glibc
import Ledger
import Logging
import Reporting
import Screening

/// Reports whose place a newer case takes: what their pages say of it, and what the newer one says of them.
extension Daemon {
    /// Pages whose storage failed are tried again after this long.
    private static let markPauseNS: Int64 = 60_000_000_000

    /// Makes every page of a study that is not in force say which case is, and how far that one is.
    ///
    /// Whatever keeps a page from being written keeps nothing else: it is tried again.
    func markReplacedPages(of studyKey: String) {
        do {
            try writeNotices(of: studyKey)
            unmarkedStudies.remove(studyKey)
        } catch {
            unmarkedStudies.insert(studyKey)
            log.error("A page that is superseded could not be made to say so; it is tried again.")
        }
    }

    /// Tries again what could not be written.
    func retryPageMarks() {
        let now = time.monotonicNS()
        guard !unmarkedStudies.isEmpty, pagesMarkedAtNS.map({ now - $0 >= Self.markPauseNS }) ?? true else { return }
        pagesMarkedAtNS = now
        for studyKey in unmarkedStudies { markReplacedPages(of: studyKey) }
    }

    private func writeNotices(of studyKey: String) throws {
        let cases = try ledger.cases(studyKey: studyKey)
        guard let inForce = cases.first(where: { $0.supersededBy == nil }) else { return }
        let stage: SupersededNotice.Stage =
            switch inForce.state {
            case .reported, .notAssessable: .published
            case .failed, .incomplete: .failed
            case .arriving, .waiting, .ready, .running: .pending
            }
        // The same for as long as the stage lasts, so that the notice is written once.
        let stamp = "\(inForce.id) \(stage.rawValue)"
        let replaced = cases.filter { record in
            record.id != inForce.id && record.resultSHA256 != nil && CaseSummary(json: record.summary).notice != stamp
        }
        for record in replaced {
            let notice = SupersededNotice(
                newerCase: inForce.id, stage: stage, why: why(inForce), atLocal: LocalTime.text(inForce.updatedAtUS))
            try write(notice, stamp, on: record)
        }
    }

    /// Writes the page before its row: a crash in between has the same page written again.
    private func write(_ notice: SupersededNotice, _ stamp: String, on record: CaseRecord) throws {
        let path = settings.reports + "/" + record.id + "/" + Publication.pageName
        guard access(path, F_OK) == 0 else {
            log.warning("The page of a superseded case is not there.", metadata: ["case": "\(record.id)"])
            return
        }
        let page = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        guard let marked = notice.written(into: page) else {
            log.warning("The page of a superseded case has no room for a notice.", metadata: ["case": "\(record.id)"])
            return
        }
        if marked != page { try SpoolFolder.write(marked, to: path, mode: 0o640) }
        try ledger.commit { transaction in
            try transaction.change(case: record.id, atUS: record.updatedAtUS) {
                var summary = CaseSummary(json: $0.summary)
                summary.notice = stamp
                $0.summary = summary.json
            }
            try transaction.audit(
                AuditEvent(
                    .superseded, caseID: record.id, objectSHA256: Hex.encode(SHA256.hash(data: marked)),
                    body: [
                        "newer": .string(notice.newerCase), "stage": .string(notice.stage.rawValue),
                        "page": .string("marked"),
                    ]))
        }
    }

    private func why(_ record: CaseRecord) -> EarlierReport.Why {
        switch record.origin {
        case .arrival: .newImages
        case .rescreen: .rescreened
        }
    }

    /// The newest report of the study before this case, for the new page to compare itself with.
    func earlierReport(before record: CaseRecord) throws -> EarlierReport? {
        let earlier = try ledger.cases(studyKey: record.studyKey).last { older in
            older.id != record.id && older.resultSHA256 != nil
        }
        guard let earlier, let result = try publishedResult(of: earlier) else { return nil }
        let published = [AuditEvent.Kind.reportPublished.rawValue, AuditEvent.Kind.notAssessable.rawValue]
        let row = try ledger.explain(earlier.id).audit.last { published.contains($0.event) }
        let moment = Date(timeIntervalSince1970: Double(row?.utcUS ?? earlier.updatedAtUS) / 1e6)
        return EarlierReport(of: result, why: why(record), reportedAt: ISO8601DateFormatter().string(from: moment))
    }
}
