import Foundation
import Glibc
import Imaging
import Ledger
import Logging
import Screening

/// One case at a time through a worker, and what came of it into the reports and the ledger.
extension Daemon {
    /// Screens the case that somebody wants first, else the one that has been ready for longest.
    ///
    /// - Returns: false where there was nothing to do.
    @discardableResult
    package func screenTurn() async throws -> Bool {
        guard try checkModels(), try await checkAnswers() else { return false }
        // One turn screens at a time: what still runs was left by a turn that failing storage ended.
        if try recoverRunning() > 0 { workListIsStale = true }
        guard let next = try ledger.nextReady() else { return false }
        guard let screening = try screening(of: next) else { return true }
        try checkReportsRoot()
        let folder = settings.staging + "/" + next.id + "-\(next.attempts + 1)"
        // Whatever lies here was left by an attempt that broke off.
        try SpoolFolder.makeEmpty(settings.staging)
        try SpoolFolder.make(folder, mode: 0o750)
        let record = try begin(next)
        // Also for a case that was not made by late files.
        markReplacedPages(of: record.studyKey)
        let files = try studyFiles(of: record)
        defer { current = nil }
        current = record.id
        try tellStatus()
        var job = ScreenJob(
            caseID: record.id, pseudonym: record.pseudonym, files: files.map(jobFile), workFolder: folder,
            settings: screening, auditHead: auditHead())
        job.supersedes = try earlierReport(before: record)
        let run = await worker.run(
            job: Array(try JSONEncoder().encode(WorkerJob.screen(job))), limits: settings.screenLimits
        ) { [notifier] line in
            notifier.status("screening \(record.id): \(Standalone.plain(line))")
        }
        try finish(record, files, job, run)
        return true
    }

    /// How a case is screened: as the site is configured, or with the profile that was asked for and no other.
    ///
    /// - Returns: nil where that profile cannot be used; the case has failed then, and says why.
    private func screening(of record: CaseRecord) throws -> ScreenSettings? {
        guard let profile = record.profile else { return settings.screening }
        var screening = settings.screening
        do throws(ScreeningError) {
            try screening.use(profile: profile, in: settings.models)
            return screening
        } catch {
            try giveUp(record, error.reason)
            return nil
        }
    }

    /// A reports folder that is away or full is waited for: nothing is made where it should be mounted.
    private func checkReportsRoot() throws {
        var facts = statvfs()
        guard statvfs(settings.reports + "/.", &facts) == 0 else {
            throw WatchError(
                .unwritable, "The reports folder is away. Mount it; screening goes on by itself.",
                subject: settings.reports)
        }
        guard Int64(clamping: UInt64(facts.f_bavail) * UInt64(facts.f_frsize)) >= settings.reserveBytes else {
            throw WatchError(
                .noSpace, "The reports folder is nearly full. Free some space; screening goes on by itself.")
        }
    }

    /// Counts the attempt before it begins, so that a case that takes the whole service down is seen.
    private func begin(_ record: CaseRecord) throws -> CaseRecord {
        defer { workListIsStale = true }
        return try ledger.commit { transaction in
            let running = try transaction.change(case: record.id, atUS: time.utcUS()) {
                $0.state = .running
                $0.attempts += 1
            }
            try transaction.audit(
                AuditEvent(.attemptStarted, caseID: record.id, body: ["attempt": AuditValue(running.attempts)]))
            return running
        }
    }

    /// The newest row of the chain, for the foot of the page.
    private func auditHead() -> String? {
        do {
            return try ledger.head()?.description
        } catch {
            log.error("The head of the audit chain cannot be read.", metadata: ["code": "\(error.code.rawValue)"])
            return nil
        }
    }

    /// What a worker says where its storage took nothing more.
    private static let storageCodes: Set = ["OUTPUT_UNWRITABLE", "NIFTI_UNWRITABLE", "STATE_UNWRITABLE", "NO_SPACE"]

    /// Turns every way a worker can end into an outcome of the case.
    private func finish(_ record: CaseRecord, _ files: [InputRecord], _ job: ScreenJob, _ run: WorkerRun) throws {
        let folder = job.workFolder
        switch run.outcome {
        case .result(let bytes):
            do {
                let reply = try JSONDecoder().decode(WorkerReply<ScreenAnswer>.self, from: Data(bytes))
                switch reply {
                case .answer(let answer):
                    try publish(answer, of: record, files, job)
                case .modelFault(let fault) where record.profile != nil:
                    // The models of all other cases are in order: this one alone asked for these.
                    try giveUp(record, fault)
                case .modelFault(let fault):
                    stopScreening(because: fault)
                    try handBack(record, because: fault.code)
                case .failure(let reason) where Self.storageCodes.contains(reason.code):
                    throw WatchError(.unwritable, reason.message)
                case .failure(let reason) where reason.code == ScreeningError.Code.notEnoughMemory.rawValue:
                    // The machine's want, not the study's: every study needs as much.
                    throw WatchError(.workerUnavailable, reason.message)
                case .failure(let reason):
                    try fail(record, reason)
                }
            } catch let error as WatchError where error.isTemporary {
                // Storage that is full tonight is no fault of the case: it waits with its attempts as they were.
                try handBack(record, because: error.code.rawValue)
                try SpoolFolder.removeTree(folder)
                throw error
            } catch let error as WatchError {
                try fail(record, Reason(code: error.code.rawValue, message: error.message))
            } catch is DecodingError {
                try fail(
                    record, Reason(code: "WORKER_BAD_OUTPUT", message: "The worker's answer could not be read; retry."))
            }
        case .cancelled:
            try handBack(record, because: "SERVICE_STOPPING")
        case let outcome where outcome.isMachineFault:
            try handBack(record, because: outcome.code ?? "WORKER_NOT_STARTED")
            throw WatchError(.workerUnavailable, outcome.message)
        default:
            let reason = Reason(code: run.outcome.code ?? "WORKER_FAILED", message: run.outcome.message)
            log.warning(
                "A worker ended badly.",
                metadata: JournalMessage.workerEnded.metadata(["case": "\(record.id)", "code": "\(reason.code)"]))
            try fail(record, reason)
        }
        try SpoolFolder.removeTree(folder)
        workListIsStale = true
        try writeWorkListIfDue()
    }

    /// Puts a case back as if the attempt had not been: the service stops, or a model is at fault.
    private func handBack(_ record: CaseRecord, because code: String) throws {
        try ledger.commit { transaction in
            try transaction.change(case: record.id, atUS: time.utcUS()) {
                $0.state = .ready
                $0.attempts -= 1
            }
            try transaction.audit(AuditEvent(.cancelled, outcome: code, caseID: record.id))
        }
    }

    /// FAILED at once: another attempt would end in the same way.
    private func giveUp(_ record: CaseRecord, _ reason: Reason) throws {
        try fail(record, reason, isLast: true)
        workListIsStale = true
    }

    /// One bad attempt: again, or FAILED after the last.
    private func fail(_ record: CaseRecord, _ reason: Reason) throws {
        try fail(record, reason, isLast: record.attempts >= settings.maximumAttempts)
    }

    private func fail(_ record: CaseRecord, _ reason: Reason, isLast: Bool) throws {
        try ledger.commit { transaction in
            try transaction.change(case: record.id, atUS: time.utcUS()) {
                $0.state = isLast ? .failed : .ready
                $0.code = isLast ? reason.code : nil
                $0.summary = CaseSummary(json: $0.summary).with(scores: []).json
            }
            try transaction.audit(
                AuditEvent(
                    isLast ? .caseFailed : .stepFailed, outcome: reason.code, caseID: record.id,
                    body: ["attempt": AuditValue(record.attempts)]))
        }
        guard isLast else { return }
        markReplacedPages(of: record.studyKey)
        log.error(
            "A study could not be screened.",
            metadata: JournalMessage.caseFailed.metadata(["case": "\(record.id)", "code": "\(reason.code)"]))
    }

    /// Checks what the worker made, moves it to its place in one rename, and says so in one transaction.
    private func publish(
        _ answer: ScreenAnswer, of record: CaseRecord, _ files: [InputRecord], _ job: ScreenJob
    ) throws {
        let folder = job.workFolder + "/" + ScreenJob.publishFolder
        try Publication.check(answer.outputs, in: folder)
        try Publication.move(folder, to: settings.reports + "/" + record.id)
        let resultHash = answer.outputs.first { $0.file == Publication.resultName }?.sha256
        let isScored = answer.verdict != .notAssessable
        let code = isScored ? nil : answer.reason?.code ?? "NOT_ASSESSABLE"
        let now = time.utcUS()
        let used = Set(answer.usedInputs)
        let head = try ledger.commit { transaction in
            try transaction.change(case: record.id, atUS: time.utcUS()) {
                $0.state = isScored ? .reported : .notAssessable
                $0.code = code
                $0.verdict = answer.verdict.rawValue
                $0.resultSHA256 = resultHash
                $0.noClinicalMeaning = answer.noClinicalMeaning
                $0.summary =
                    CaseSummary(json: $0.summary)
                    .with(scores: answer.scores, profile: job.settings.profileName).json
            }
            // Also files of the case that this one took the place of: they may be used only now.
            for id in files.compactMap(\.id) {
                guard var row = try transaction.input(id) else { continue }
                if used.contains(row.sha256) {
                    row.outcome = .used
                    // Late files once said why they were not needed.
                    row.code = nil
                } else if row.outcome == .waiting {
                    row.outcome = .notNeeded
                } else {
                    continue
                }
                try transaction.update(row)
            }
            for score in answer.scores {
                try transaction.audit(
                    AuditEvent(
                        .inference, caseID: record.id, modelSHA256: answer.models[score.modality.rawValue],
                        body: [
                            "modality": .string(score.modality.rawValue), "mean": .double(score.mean),
                            "minimum": .double(score.minimum), "maximum": .double(score.maximum),
                            "threshold": .double(score.threshold), "members": AuditValue(score.members),
                        ]))
            }
            return try transaction.audit(
                AuditEvent(
                    isScored ? .reportPublished : .notAssessable, outcome: code ?? "ok",
                    caseID: record.id, objectSHA256: resultHash,
                    body: [
                        "verdict": .string(answer.verdict.rawValue), "files": AuditValue(answer.outputs.count),
                        "waitedSeconds": .int((now - record.lastInputAtUS) / 1_000_000),
                    ]))
        }
        writeAnchor(head)
        markReplacedPages(of: record.studyKey)
        log.notice(
            isScored ? "A report was published." : "A study is not assessable; its page says why.",
            metadata: (isScored ? JournalMessage.caseReported : .caseNotAssessable).metadata([
                "case": "\(record.id)", "code": "\(code ?? "")",
            ]))
    }

    /// Keeps the head of the chain outside the ledger, so that a shortened or rolled back one is seen.
    ///
    /// The report stands by now: a head that cannot be kept is said and no more.
    private func writeAnchor(_ head: AuditAnchor) {
        log.info(
            "The newest row of the audit chain.",
            metadata: JournalMessage.auditHead.metadata(["seq": "\(head.seq)", "hash": "\(head.hash)"]))
        do {
            try SpoolFolder.write(Array((head.description + "\n").utf8), to: settings.anchorPath, mode: 0o600)
        } catch {
            log.error(
                "The head of the audit chain could not be kept beside the ledger.",
                metadata: ["code": "\(error.code.rawValue)"])
        }
    }
}
