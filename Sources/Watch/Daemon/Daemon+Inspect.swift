import Foundation
import Imaging
import Ledger
import Logging
import Screening

/// What taken files are, as a worker reads their headers.
extension Daemon {
    /// Files that one worker is asked about.
    static let filesPerInspection = 256

    /// Asks a worker about every file of which nothing is known yet, and puts each into its study's case.
    func inspectTaken() async throws {
        let unknown = try ledger.inputsOfUnknownKind()
        for start in stride(from: 0, to: unknown.count, by: Self.filesPerInspection) {
            let batch = Array(unknown[start..<min(start + Self.filesPerInspection, unknown.count)])
            try await inspect(batch)
            if Task.isCancelled { return }
        }
    }

    /// Inspects a batch; where a worker dies over it, halves it until the one file that kills is alone.
    private func inspect(_ batch: [InputRecord]) async throws {
        let job = InspectJob(files: batch.map(jobFile), question: .files)
        switch await runInspection(job) {
        case .answer(let answer):
            try settle(Array(zip(batch, answer.files)))
        case .cancelled:
            return
        case .unable(let reason):
            throw WatchError(.workerUnavailable, reason.message + " Files wait until this is mended.")
        case .died(let reason) where batch.count == 1:
            try settle([(batch[0], FileFinding(kind: .refused, refusal: reason))])
        case .died:
            let half = batch.count / 2
            try await inspect(Array(batch[..<half]))
            try await inspect(Array(batch[half...]))
        }
    }

    enum InspectionEnd {
        case answer(InspectAnswer)
        case died(Reason)
        case cancelled
        /// The machine is at fault, not the files.
        case unable(Reason)
    }

    /// One inspection in a worker.
    func runInspection(_ job: InspectJob) async -> InspectionEnd {
        for part in [Watchdog.Part.scan, .ledger] {
            watchdog?.expect(part, seconds: Int(settings.inspectLimits.wallSeconds) + 60)
        }
        do {
            let run = await worker.run(
                job: Array(try JSONEncoder().encode(WorkerJob.inspect(job))), limits: settings.inspectLimits)
            switch run.outcome {
            case .result(let bytes):
                switch try JSONDecoder().decode(WorkerReply<InspectAnswer>.self, from: Data(bytes)) {
                case .answer(let answer) where job.question == .files && answer.files.count != job.files.count:
                    return .died(Reason(code: "WORKER_BAD_OUTPUT", message: "The answer is not one for each file."))
                case .answer(let answer): return .answer(answer)
                case .failure(let reason), .modelFault(let reason): return .unable(reason)
                }
            case .cancelled:
                return .cancelled
            case let outcome where outcome.isMachineFault:
                return .unable(Reason(code: outcome.code ?? "WORKER_NOT_STARTED", message: outcome.message))
            default:
                return .died(Reason(code: run.outcome.code ?? "WORKER_FAILED", message: run.outcome.message))
            }
        } catch {
            return .died(Reason(code: "WORKER_BAD_OUTPUT", message: "The answer could not be read; report this."))
        }
    }

    func jobFile(_ input: InputRecord) -> JobFile {
        JobFile(path: settings.spool + "/" + (input.spoolName ?? ""), name: input.relativePath, sha256: input.sha256)
    }

    /// Writes what was found about a batch of files.
    private func settle(_ findings: [(input: InputRecord, finding: FileFinding)]) throws {
        let now = time.utcUS()
        var refused: [(input: InputRecord, reason: Reason)] = []
        var touched: Set<String> = []
        for (input, finding) in findings where finding.kind == .refused {
            let found = finding.refusal ?? WatchError.Code.notAnImage.reason
            // The copy moves first: a row that says "refused" must find it in the quarantine.
            refused.append((input, try SpoolFolder.quarantine(input, because: found, settings: settings)))
        }
        try ledger.commit { transaction in
            touched = []
            for (input, finding) in findings where finding.kind != .refused {
                try enter(input, finding, now: now, &transaction, &touched)
            }
            for (input, reason) in refused {
                var row = input
                row.kind = FileFinding.Kind.refused.rawValue
                row.outcome = .refused
                row.code = reason.code
                row.spoolName = nil
                try transaction.update(row)
                try transaction.audit(
                    AuditEvent(
                        .inputRefused, outcome: reason.code, objectSHA256: input.sha256,
                        body: ["input": .int(input.id ?? 0)]))
            }
        }
        for (_, reason) in refused {
            log.warning(
                "A file was put into quarantine.",
                metadata: JournalMessage.inputRefused.metadata(["code": "\(reason.code)"]))
        }
        let monotonic = time.monotonicNS()
        for caseID in touched {
            var track = tracks[caseID] ?? StudyTrack(firstFileNS: monotonic, lastFileNS: monotonic)
            track.lastFileNS = monotonic
            track.inspectedFiles = nil
            tracks[caseID] = track
        }
        workListIsStale = true
    }

    /// Puts one image or companion file into its study's case.
    private func enter(
        _ input: InputRecord, _ finding: FileFinding, now: Int64, _ transaction: inout Ledger.Transaction,
        _ touched: inout Set<String>
    ) throws {
        var row = input
        row.kind = finding.kind.rawValue
        guard let handle = finding.study else {
            // A companion that belongs to no study: a DICOMDIR, a data set's description.
            row.outcome = .notNeeded
            row.code = "COMPANION_FILE"
            try transaction.update(row)
            try transaction.audit(
                AuditEvent(.inputAssigned, objectSHA256: input.sha256, body: ["input": .int(input.id ?? 0)]))
            return
        }
        let studyKey = key.studyKey(issuer: handle.issuer, patientID: handle.patientID, studyInstanceUID: handle.study)
        let caseID = try openCase(of: handle, studyKey: studyKey, now: now, &transaction)
        row.studyKey = studyKey
        row.caseID = caseID
        try transaction.update(row)
        try transaction.audit(
            AuditEvent(
                .inputAssigned, caseID: caseID, objectSHA256: input.sha256,
                body: ["input": .int(input.id ?? 0), "kind": .string(finding.kind.rawValue)]))
        touched.insert(caseID)
    }

    /// The case that takes this study's files: the one in force, or a new one where that has ended.
    private func openCase(
        of handle: StudyHandle, studyKey: String, now: Int64, _ transaction: inout Ledger.Transaction
    ) throws -> String {
        let inForce = try transaction.case(studyKey: studyKey)
        if var record = inForce, record.state != .running, !record.state.isFinal || record.state == .incomplete {
            record.state = .arriving
            record.code = nil
            record.waitingFor = nil
            if record.origin == .rescreen {
                // New files make it an arrival like any other.
                record.origin = .arrival
                record.profile = nil
                record.priority = max(0, record.priority)
            }
            record.lastInputAtUS = now
            record.updatedAtUS = now
            record.accession = record.accession ?? handle.accession
            record.studyTime = record.studyTime ?? handle.studyTime
            try transaction.update(record)
            return record.id
        }
        let serial = try nextSerial(after: inForce?.id, studyKey: studyKey, transaction)
        let record = CaseRecord(
            id: String(key.caseKey(studyKey, String(serial)).prefix(DaemonSettings.caseNameDigits)), studyKey: studyKey,
            pseudonym: key.pseudonym(issuer: handle.issuer, patientID: handle.patientID), state: .arriving,
            createdAtUS: now, updatedAtUS: now, lastInputAtUS: now, accession: handle.accession,
            studyTime: handle.studyTime)
        if let old = inForce {
            try transaction.supersede(old.id, by: record)
            try transaction.audit(
                AuditEvent(.superseded, caseID: old.id, body: ["newer": .string(record.id)]))
        } else {
            try transaction.insert(record)
        }
        try transaction.audit(AuditEvent(.studyDiscovered, caseID: record.id))
        return record.id
    }

    /// 1 for a study's first case, one more for each that took its place.
    private func nextSerial(
        after caseID: String?, studyKey: String, _ transaction: borrowing Ledger.Transaction
    ) throws -> Int {
        guard let caseID else { return 1 }
        var serial = 1
        while String(key.caseKey(studyKey, String(serial)).prefix(DaemonSettings.caseNameDigits)) != caseID {
            serial += 1
            guard serial < 10_000 else {
                throw WatchError(.ioFailed, "A study has more cases than can be; run `fcdwatch audit verify`.")
            }
        }
        return serial + 1
    }
}
