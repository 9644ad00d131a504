import Foundation
import Imaging
import Ledger
import Logging
import Screening

/// What taken files are, as a worker reads their headers.
extension Daemon {
    /// Files that one worker is asked about.
    static let filesPerInspection = 128

    /// Asks a worker about every file of which nothing is known yet, and puts each into its study's case.
    func inspectTaken() async throws {
        var last: Int64 = 0
        while !Task.isCancelled {
            let batch = try ledger.inputsOfUnknownKind(after: last, limit: Self.filesPerInspection)
            guard let id = batch.last?.id else { return }
            try await inspect(batch)
            last = id
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
        var entered = EnteredFiles()
        for (input, finding) in findings where finding.kind == .refused {
            let found = finding.refusal ?? WatchError.Code.notAnImage.reason
            // The copy moves first: a row that says "refused" must find it in the quarantine.
            refused.append((input, found))
        }
        refused = try SpoolFolder.quarantine(refused, settings: settings)
        try ledger.commit { transaction in
            entered = EnteredFiles()
            for (input, finding) in findings where finding.kind != .refused {
                try enter(input, finding, now: now, &transaction, &entered)
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
        for (input, finding) in findings {
            guard let id = input.id, let entry = unread.read(input: id) else { continue }
            var row = input
            row.outcome = finding.kind == .refused ? .refused : input.outcome
            row.code = finding.refusal?.code
            letGo(entry, row)
        }
        let monotonic = time.monotonicNS()
        for (caseID, paths) in entered.pathsByCase { tracks.touch(caseID, relativePaths: paths, nowNS: monotonic) }
        for alarm in entered.alarms { tell(alarm.code, in: alarm.caseID) }
        workListIsStale = true
    }

    /// What a batch of files touched.
    private struct EnteredFiles {
        var pathsByCase: [String: [String]] = [:]
        var alarms: [(code: String, caseID: String)] = []
    }

    /// Puts one image or companion file into its study's case.
    private func enter(
        _ input: InputRecord, _ finding: FileFinding, now: Int64, _ transaction: inout Ledger.Transaction,
        _ entered: inout EnteredFiles
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
        let studyKey = try studyKey(of: handle, transaction)
        let caseID = try openCase(of: handle, studyKey: studyKey, now: now, &transaction)
        row.studyKey = studyKey
        row.caseID = caseID
        row.seriesKey = handle.series.map { key.seriesKey($0) }
        row.instanceKey = handle.instance.map { key.instanceKey($0) }
        try transaction.update(row)
        try transaction.audit(
            AuditEvent(
                .inputAssigned, caseID: caseID, objectSHA256: input.sha256,
                body: ["input": .int(input.id ?? 0), "kind": .string(finding.kind.rawValue)]))
        entered.pathsByCase[caseID, default: []].append(input.relativePath)
        guard let instanceKey = row.instanceKey,
            let other = try transaction.conflictingCase(instanceKey: instanceKey, studyKey: studyKey)
        else { return }
        let code = WatchError.Code.sameObjectInTwoStudies.rawValue
        if try note(code, in: caseID, other: other, &transaction) { entered.alarms.append((code, caseID)) }
    }

    /// What stands for the study that a file belongs to.
    ///
    /// The name of a folder may be used again for another patient, unlike a BIDS name or a DICOM identifier: what comes
    /// under such a name once its study has an end is another study.
    private func studyKey(of handle: StudyHandle, _ transaction: borrowing Ledger.Transaction) throws -> String {
        guard NIfTIName.mayNameAnotherStudy(handle.study) else { return key.studyKey(studyInstanceUID: handle.study) }
        var delivery = deliveries[handle.study] ?? 1
        while true {
            let name = key.studyKey(studyInstanceUID: delivery == 1 ? handle.study : "\(handle.study)#\(delivery)")
            guard let inForce = try transaction.case(studyKey: name),
                inForce.state == .reported || inForce.state == .notAssessable,
                try transaction.openCase(studyKey: name) == nil
            else {
                deliveries[handle.study] = delivery
                return name
            }
            delivery += 1
        }
    }

    /// The case that takes this study's files: an open one, or a new one behind the case that has ended.
    ///
    /// A report that stands stays in force while late files gather behind it.
    private func openCase(
        of handle: StudyHandle, studyKey: String, now: Int64, _ transaction: inout Ledger.Transaction
    ) throws -> String {
        if let open = try transaction.openCase(studyKey: studyKey) {
            return try transaction.change(case: open.id, atUS: now) {
                $0.state = .arriving
                $0.code = nil
                $0.waitingFor = nil
                if $0.origin == .rescreen {
                    // New files make it an arrival like any other.
                    $0.origin = .arrival
                    $0.profile = nil
                    $0.priority = max(0, $0.priority)
                }
                $0.lastInputAtUS = now
                $0.accession = $0.accession ?? handle.accession
                $0.studyTime = $0.studyTime ?? handle.studyTime
            }.id
        }
        let inForce = try transaction.case(studyKey: studyKey)
        let record = CaseRecord(
            id: try CaseName.free(studyKey: studyKey, key: key, in: transaction), studyKey: studyKey,
            pseudonym: inForce?.pseudonym ?? key.pseudonym(issuer: handle.issuer, patientID: handle.patientID),
            state: .arriving, createdAtUS: now, updatedAtUS: now, lastInputAtUS: now, accession: handle.accession,
            studyTime: handle.studyTime, supersededBy: inForce?.id)
        try transaction.insert(record)
        try transaction.audit(
            AuditEvent(.studyDiscovered, caseID: record.id, body: ["behind": AuditValue(inForce?.id)]))
        return record.id
    }
}
