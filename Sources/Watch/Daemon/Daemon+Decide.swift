import Imaging
import Ledger
import Logging
import Screening

/// Which open study is whole, which waits, and for what.
extension Daemon {
    /// Decides about every case that is not screened yet.
    ///
    /// - Returns: when the first of them has to be looked at again, in ns of the monotonic clock.
    func decideStudies() async throws -> Int64 {
        var next = Int64.max
        for state in [CaseState.arriving, .waiting] {
            for record in try ledger.cases(state: state) {
                next = min(next, try await decide(record))
            }
        }
        return next
    }

    private func decide(_ record: CaseRecord) async throws -> Int64 {
        // `--once` judges only what is all here.
        if waitsForNothing, pendingInInbox > 0 { return time.monotonicNS() }
        let now = time.monotonicNS()
        let files = try studyFiles(of: record)
        let track = tracks[record.id] ?? recoveredTrack(of: record)
        tracks[record.id] = track
        let observation = StudyObservation(
            firstFileNS: track.firstFileNS, lastFileNS: track.lastFileNS, files: files.count,
            inspectedFiles: track.inspectedFiles,
            completeness: isEnough(track, for: record) ? .complete : track.completeness, modalities: track.modalities)
        switch StudySettle.decide(observation, nowNS: now, rules: rules(for: record)) {
        case .wait(let until, let reason):
            if case .images(let codes) = reason {
                try move(record, to: .waiting, code: codes.first, waitingFor: "missing images")
            }
            return until
        case .inspect:
            try await assess(record, files)
            return now
        case .waitForPair(let until, let missing):
            try move(record, to: .waiting, code: nil, waitingFor: missing.joined(separator: " and "))
            return until
        case .ready(let missing):
            try move(record, to: .ready, code: nil, waitingFor: nil, missing: missing)
            tracks[record.id] = nil
            return now
        case .incomplete(let codes):
            try move(record, to: .incomplete, code: codes.first ?? "EXPECTED_SLICES_MISSING", waitingFor: nil)
            tracks[record.id] = nil
            return now
        }
    }

    /// True where somebody wants the study first and one image of it is whole: the other is not waited for.
    private func isEnough(_ track: StudyTrack, for record: CaseRecord) -> Bool {
        record.priority > 0 && !track.modalities.isEmpty
    }

    /// The waits of the configuration, none of them for `run --once`, none for a pair where somebody wants a study first.
    private func rules(for record: CaseRecord) -> StudySettle.Rules {
        var rules = settings.studyRules
        if record.priority > 0 { rules.pairWaitNS = 0 }
        if waitsForNothing {
            rules.settleNS = 0
            rules.pairWaitNS = 0
            rules.maximumWaitNS = 0
        }
        return rules
    }

    /// Every file of the study that a worker can read, from this case and those it took the place of.
    ///
    /// The name of a folder may be used again for another patient, unlike a BIDS name or a DICOM identifier: files of an
    /// earlier case under such a name stay with that case.
    func studyFiles(of record: CaseRecord) throws -> [InputRecord] {
        try Self.studyFiles(of: record, in: ledger).filter { $0.spoolName != nil }
    }

    /// As above, also files whose private copies are gone.
    static func studyFiles(of record: CaseRecord, in ledger: Ledger) throws -> [InputRecord] {
        // What is screened again is what was screened: the files of the case whose place it takes.
        var family: Set = [record.id]
        var member = record
        while member.origin == .rescreen, let earlier = try ledger.predecessor(of: member.id) {
            family.insert(earlier.id)
            member = earlier
        }
        return try ledger.inputs(studyKey: record.studyKey).filter { file in
            guard file.outcome != .refused, file.outcome != .duplicate else { return false }
            guard file.kind == FileFinding.Kind.nifti.rawValue, file.caseID.map({ !family.contains($0) }) ?? true,
                file.outcome != .waiting
            else {
                return true
            }
            return NIfTIName(relativePath: file.relativePath)?.isBIDS ?? false
        }
    }

    /// After a restart: the waits go on from the times that the ledger holds.
    private func recoveredTrack(of record: CaseRecord) -> StudyTrack {
        let now = time.monotonicNS()
        func place(_ utc: Int64) -> Int64 {
            StudySettle.monotonicNS(ofUTCUS: utc, nowUTCUS: time.utcUS(), nowNS: now)
        }
        let last = place(record.lastInputAtUS)
        return StudyTrack(firstFileNS: last, lastFileNS: last)
    }

    /// Asks a worker whether the study can be screened as it stands.
    private func assess(_ record: CaseRecord, _ files: [InputRecord]) async throws {
        let lastFile = tracks[record.id]?.lastFileNS
        let end = await runInspection(
            InspectJob(files: files.map(jobFile), question: .readiness, seriesRules: settings.screening.seriesRules))
        // Files that came while the worker looked make its answer an old one.
        guard var track = tracks[record.id], track.lastFileNS == lastFile else { return }
        switch end {
        case .cancelled:
            return
        case .unable(let reason):
            throw WatchError(.workerUnavailable, reason.message + " Studies wait until this is mended.")
        case .died(let reason):
            // Each file alone could be read: once may be chance, and screening will say what the whole does.
            track.deaths += 1
            tracks[record.id] = track
            guard track.deaths > 1 else { return }
            log.warning(
                "A study's inspection ended badly; it is screened as it stands.",
                metadata: ["case": "\(record.id)", "code": "\(reason.code)"])
            track.completeness = .complete
            track.modalities = Set(Modality.allCases.map(\.rawValue))
        case .answer(let answer):
            let readiness = answer.readiness ?? StudyReadiness(usable: [], incomplete: [:])
            track.modalities = Set(readiness.usable.map(\.rawValue))
            let missing = readiness.incomplete.filter { !readiness.usable.contains($0.key) }
            let codes = Modality.allCases.compactMap { missing[$0]?.code }
            track.completeness = codes.isEmpty ? .complete : .missing(codes)
        }
        track.inspectedFiles = files.count
        tracks[record.id] = track
    }

    /// Moves a case and says so once.
    private func move(
        _ record: CaseRecord, to state: CaseState, code: String?, waitingFor: String?, missing: [String] = []
    ) throws {
        guard record.state != state || record.code != code || record.waitingFor != waitingFor else { return }
        let kind: AuditEvent.Kind =
            switch state {
            case .ready: .studyComplete
            case .incomplete: .studyIncomplete
            default: .studyWaiting
            }
        try ledger.commit { transaction in
            try transaction.change(case: record.id, atUS: time.utcUS()) {
                $0.state = state
                $0.code = code
                $0.waitingFor = waitingFor
            }
            try transaction.audit(
                AuditEvent(
                    kind, outcome: code ?? "ok", caseID: record.id,
                    body: [
                        "waitingFor": AuditValue(waitingFor), "missing": .array(missing.map { .string($0) }),
                    ]))
        }
        if state == .incomplete {
            log.warning(
                "A study stayed incomplete; it is not screened.",
                metadata: JournalMessage.caseIncomplete.metadata(["case": "\(record.id)", "code": "\(code ?? "")"]))
        }
        workListIsStale = true
    }
}
