import Imaging
import Ledger
import Logging
import Screening

/// Which open study is whole, which waits, and for what.
extension Daemon {
    /// Decides about every gathering case that is due: one to which files came, or whose wait is over.
    ///
    /// - Returns: when the first of them has to be looked at again, in ns of the monotonic clock.
    func decideStudies() async throws -> Int64 {
        try refreshTracks()
        for (id, priority) in try ledger.wantedCases() {
            tracks.hurry(id, priority: priority, nowNS: time.monotonicNS())
        }
        for id in tracks.due(nowNS: time.monotonicNS()) {
            guard let lastFileNS = tracks[id]?.lastFileNS else { continue }
            let next = try await decide(id)
            tracks.wait(id, untilNS: next, unlessAfterNS: lastFileNS, nowNS: time.monotonicNS())
            if Task.isCancelled { break }
        }
        return tracks.nextDueNS ?? .max
    }

    /// Compares what is remembered with the ledger, now and then: after a start, and for what other processes changed.
    private func refreshTracks() throws {
        let now = time.monotonicNS()
        if let last = tracksRefreshedAtNS, now - last < StudyTracks.longestPauseNS { return }
        tracksRefreshedAtNS = now
        let gathering = try ledger.gatheringCases()
        tracks.keepOnly(Set(gathering.map(\.id)))
        for record in gathering where tracks[record.id] == nil { tracks[record.id] = try recoveredTrack(of: record) }
    }

    private func decide(_ id: String) async throws -> Int64 {
        let now = time.monotonicNS()
        // `--once` judges only what is all here.
        if waitsForNothing, pendingInInbox > 0 { return now }
        guard let record = try ledger.case(id), record.state == .arriving || record.state == .waiting,
            let track = tracks[id]
        else {
            tracks[id] = nil
            return .max
        }
        let observation = StudyObservation(
            firstFileNS: track.firstFileNS, lastFileNS: track.lastFileNS, files: track.files,
            arriving: tracks.arriving(beside: id, pending: inbox.untaken), inspectedFiles: track.inspectedFiles,
            completeness: isEnough(track, for: record) ? .complete : track.completeness, modalities: track.modalities)
        switch StudySettle.decide(observation, nowNS: now, rules: rules(for: record)) {
        case .wait(let until, let reason):
            if case .images(let codes) = reason {
                try move(record, to: .waiting, code: codes.first, waitingFor: "missing images")
            }
            return until
        case .inspect:
            try await assess(record)
            return time.monotonicNS()
        case .waitForPair(let until, let missing):
            if try endsLate(record, track) { return .max }
            try move(record, to: .waiting, code: nil, waitingFor: missing.joined(separator: " and "))
            return until
        case .ready(let missing):
            if try isBehindRunning(record) { return now + Self.runningPauseNS }
            if try endsLate(record, track) { return .max }
            try makeReady(record, missing: missing)
            tracks[id] = nil
            return now
        case .incomplete(let codes):
            if try isBehindRunning(record) { return now + Self.runningPauseNS }
            if try endsWithoutEarlierCopies(record, track) { return .max }
            try move(record, to: .incomplete, code: codes.first ?? "EXPECTED_SLICES_MISSING", waitingFor: nil)
            tracks[id] = nil
            return now
        }
    }

    /// How long late files wait for the end of the screening that they came too late for.
    private static let runningPauseNS: Int64 = 2_000_000_000

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
    func studyFiles(of record: CaseRecord) throws -> [InputRecord] {
        try Self.studyFiles(of: record, in: ledger).filter { $0.spoolName != nil }
    }

    /// As above, also files of which no private copy is left.
    static func studyFiles(of record: CaseRecord, in ledger: Ledger) throws -> [InputRecord] {
        let files = try ledger.inputs(studyKey: record.studyKey).filter {
            $0.outcome != .refused && $0.outcome != .duplicate
        }
        let copies = Set(files.filter { $0.spoolName != nil }.map(\.sha256))
        // A file that came again after its copy was let go is here.
        return files.filter { $0.spoolName != nil || !copies.contains($0.sha256) }
    }

    /// After a restart: the waits go on from the times that the ledger holds.
    private func recoveredTrack(of record: CaseRecord) throws -> StudyTrack {
        let now = time.monotonicNS()
        let last = StudySettle.monotonicNS(ofUTCUS: record.lastInputAtUS, nowUTCUS: time.utcUS(), nowNS: now)
        var track = StudyTrack(firstFileNS: last, lastFileNS: last)
        for file in try ledger.inputs(caseID: record.id) { track.note(relativePath: file.relativePath) }
        return track
    }

    /// Asks a worker whether the study can be screened as it stands.
    private func assess(_ record: CaseRecord) async throws {
        let files = try studyFiles(of: record)
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
            track.chosen = nil
        case .answer(let answer):
            let readiness = answer.readiness ?? StudyReadiness(usable: [], incomplete: [:])
            track.modalities = Set(readiness.usable.map(\.rawValue))
            track.chosen = readiness.chosen.compactMapValues { StudyTrack.contents(of: $0) }
            let missing = readiness.incomplete.filter { !readiness.usable.contains($0.key) }
            let codes = Modality.allCases.compactMap { missing[$0]?.code }
            track.completeness = codes.isEmpty ? .complete : .missing(codes)
            try raise(readiness.alarms.map(\.code), in: record.id)
        }
        track.files = files.count
        track.inspectedFiles = files.count
        tracks[record.id] = track
    }

    /// To be screened; a case that gathered late files takes the place of the one whose report stood so far.
    private func makeReady(_ record: CaseRecord, missing: [String]) throws {
        guard record.supersededBy != nil, let old = try ledger.case(studyKey: record.studyKey) else {
            return try move(record, to: .ready, code: nil, waitingFor: nil, missing: missing)
        }
        let now = time.utcUS()
        try ledger.commit { transaction in
            if try transaction.case(old.id)?.state == .ready {
                // It will never have its turn: all of its files are in the newer case.
                try transaction.change(case: old.id, atUS: now) {
                    $0.state = .notAssessable
                    $0.code = WatchError.Code.replacedBeforeItsTurn.rawValue
                }
            }
            try transaction.takePlace(of: old.id, by: record.id, atUS: now)
            try transaction.change(case: record.id, atUS: now) {
                $0.state = .ready
                $0.code = nil
                $0.waitingFor = nil
            }
            try transaction.audit(AuditEvent(.superseded, caseID: old.id, body: ["newer": .string(record.id)]))
            try transaction.audit(
                AuditEvent(
                    .studyComplete, caseID: record.id, body: ["missing": .array(missing.map { .string($0) })]))
        }
        log.notice(
            "New images of a study that was screened: it is screened again.",
            metadata: JournalMessage.caseSuperseded.metadata(["case": "\(old.id)", "newer": "\(record.id)"]))
        workListIsStale = true
        markReplacedPages(of: record.studyKey)
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
            // An earlier page said that a newer one is being made.
            markReplacedPages(of: record.studyKey)
        }
        workListIsStale = true
    }
}
