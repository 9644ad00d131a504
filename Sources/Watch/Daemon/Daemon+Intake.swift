import DICOM
import Imaging
import Ledger
import Logging

/// From the inbox into the spool and the ledger.
extension Daemon {
    /// Files that one turn takes and one transaction enters, and bytes after which a turn takes no more: studies are
    /// inspected and screened between the turns, however much there is to take.
    static let filesPerTurn = 256
    static let bytesPerTurn: Int64 = 256 << 20

    /// Takes what has settled, up to the bound of a turn, inspects what was taken, and decides about every open study.
    ///
    /// - Parameter looks: true looks at the inbox first; false leaves that to the times of `nextLookNS`.
    /// - Returns: when the next turn is due, in ns of the monotonic clock; a time that has passed for "at once".
    @discardableResult
    package func intakeTurn(looks: Bool = true) async throws -> Int64 {
        try checkNightIfDue()
        if looks || nextLookNS() <= time.monotonicNS() { try lookAtInbox() }
        let pause = try takeReadyOrPause()
        try pruneCopiesIfDue()
        try await inspectTaken()
        // What was taken before the storage was full is looked into all the same.
        if let pause { throw pause }
        let next = try await decideStudies()
        retryPageMarks()
        try writeWorkListIfDue()
        return min(next, nextLookNS(), inbox.ready.isEmpty ? .max : time.monotonicNS())
    }

    /// When the inbox is looked at next.
    ///
    /// Soon after something happened in it, once the next file may have settled, and at least every `rescanSeconds`; but
    /// a large inbox in which something happens all the time is not looked at all the time.
    func nextLookNS() -> Int64 {
        guard let ended = inbox.endedNS else { return .min }
        if inbox.ready.isEmpty && inbox.ready.count > 0 { return ended }
        let period = Int64(settings.rescanSeconds) * 1_000_000_000
        let wanted = inboxHasChanged ? ended : min(ended + period, inbox.nextNS ?? .max)
        return max(wanted, ended + min(Self.looksShare * inbox.durationNS, period))
    }

    /// A look is followed by at least this many times its duration without one.
    private static let looksShare: Int64 = 20

    /// Says that something happened in the inbox.
    func noteInboxEvent() { inboxHasChanged = true }

    /// Looks at the inbox, and removes sub-folders that have long been empty.
    private func lookAtInbox() throws {
        inboxHasChanged = false
        let watchdog = watchdog
        try inbox.look(
            at: settings.inbox, scanner,
            rules: InboxLook.Rules(
                files: settings.fileRules, maximumFileBytes: settings.maximumFileBytes,
                pruneFoldersAfterMinutes: settings.keepsInbox ? 0 : settings.pruneFoldersAfterMinutes),
            now: time.monotonicNS, onRest: { watchdog?.beat(.scan) })
        watchdog?.beat(.scan)
        filesToSeeAgain = 0
        countInbox()
        // Whatever keeps a folder from going, an empty folder harms nobody; the next look tries again.
        for folder in inbox.prunable { _ = taker.prune(folder) }
        for entry in unread.givenUp(nowNS: time.monotonicNS()) { release(entry) }
    }

    private func countInbox() {
        pendingInInbox = inbox.waiting + inbox.ready.count + filesToSeeAgain
        unfinishedInInbox = inbox.overdue
        unreadableInInbox = inbox.failing.count
    }

    /// Takes the oldest files that have stopped changing.
    ///
    /// - Returns: what keeps it from taking more, and goes away by itself.
    private func takeReadyOrPause() throws -> WatchError? {
        do {
            try takeReady()
            return nil
        } catch let error as WatchError {
            guard error.isTemporary else { throw error }
            return error
        }
    }

    private func takeReady() throws {
        guard unread.count < UnreadFiles.most else { return }
        let batch = inbox.nextReady(maximumFiles: Self.filesPerTurn, maximumBytes: Self.bytesPerTurn)
        guard !batch.isEmpty else { return }
        defer { countInbox() }
        do {
            try takeAndEnter(batch)
        } catch {
            // What was taken and entered is gone by then: taking it again changes nothing.
            inbox.putBack(batch)
            throw error
        }
        watchdog?.beat(.scan)
        watchdog?.beat(.ledger)
    }

    /// Takes a batch and enters it in one transaction; the originals go once that is on the disk.
    private func takeAndEnter(_ entries: [InboxEntry]) throws {
        var taken: [(entry: InboxEntry, file: TakenFile)] = []
        var refused: [(entry: InboxEntry, refusal: TakeRefusal)] = []
        var known: [(entry: InboxEntry, row: InputRecord)] = []
        var pause: WatchError?
        let watchdog = watchdog
        for (entry, outcome) in zip(entries, taker.take(entries, onFile: { watchdog?.beat(.scan) })) {
            switch outcome {
            case .taken(let file):
                guard let row = try earlierRow(of: entry, file) else {
                    taken.append((entry, file))
                    continue
                }
                try SpoolFolder.remove(settings.spool + "/" + file.spoolName)
                known.append((entry, row))
            case .refused(let refusal): refused.append((entry, refusal))
            // The next look sees what became of it.
            case .changedDuringCopy, .vanished:
                inboxHasChanged = true
                filesToSeeAgain += 1
            case .noSpace(let error): pause = error
            case .failed(let error): noteUnreadable(entry, error)
            }
        }
        if !taken.isEmpty || !refused.isEmpty {
            do {
                for (entry, id) in try enter(taken, refused) { hold(entry, until: id) }
            } catch {
                dropUnentered(taken.map(\.file))
                throw error
            }
            workListIsStale = true
        }
        for (entry, row) in known {
            guard let id = row.id else { continue }
            if row.kind == nil && row.outcome == .waiting { hold(entry, until: id) } else { letGo(entry, row) }
        }
        // What cannot be taken stays where it is; its row says why, and it is not looked at again.
        for (entry, refusal) in refused { inbox.kept.remember(entry.identity, refused: refusal) }
        if let pause { throw pause }
    }

    /// A file whose storage fails is tried again and again; the others go on.
    private func noteUnreadable(_ entry: InboxEntry, _ error: WatchError) {
        guard inbox.noteFailure(entry) else { return }
        log.error(
            "A file in the inbox cannot be read; it is tried again.",
            metadata: JournalMessage.inboxUnreadable.metadata(["code": "\(error.code.rawValue)"]))
        workListIsStale = true
    }

    /// The row of a file that was entered but whose original was not removed: the service died in between.
    ///
    /// The content decides. A new file often has the number of one just removed, and copies can keep size and times.
    private func earlierRow(of entry: InboxEntry, _ file: TakenFile) throws -> InputRecord? {
        let row = try ledger.input(
            device: Int64(bitPattern: entry.identity.device), inode: Int64(bitPattern: entry.identity.inode),
            size: entry.identity.size, mtimeNS: entry.identity.mtimeNS, sha256: file.sha256)
        return row?.relativePath == entry.path.escaped ? row : nil
    }

    /// Removes copies that got no row, so that a ledger that cannot be written for long does not fill the spool.
    private func dropUnentered(_ files: [TakenFile]) {
        do {
            for file in files {
                let isKnown = try ledger.allInputs(sha256: file.sha256).contains { $0.spoolName == file.spoolName }
                if !isKnown { try SpoolFolder.remove(settings.spool + "/" + file.spoolName) }
            }
        } catch {
            // reason: a copy of which nothing can be told now is removed at the next start, if it has no row.
            log.debug("Copies without a row stay until the next start.")
        }
    }

    /// Leaves an inbox file where it is until a worker has looked into its copy; nil for a copy that came before.
    private func hold(_ entry: InboxEntry, until input: Int64?) {
        guard let input else { return release(entry) }
        inbox.forget(entry)
        inbox.kept.remember(entry.identity)
        unread.add(entry, input: input)
    }

    /// Lets go of an inbox file whose copy was looked into, unless the rest of it may still come.
    func letGo(_ entry: InboxEntry, _ row: InputRecord) {
        guard let id = row.id, row.outcome == .refused, let code = row.code, Self.cutShort.contains(code),
            !waitsForNothing, unread.halvesCount < UnreadFiles.most
        else { return release(entry) }
        inbox.forget(entry)
        inbox.kept.remember(entry.identity)
        unread.keepHalf(entry, input: id, untilNS: time.monotonicNS() + settings.fileRules.maximumNS)
        log.notice(
            "A file was taken before it was whole. The original stays until it changes or the longest wait is over.",
            metadata: ["code": "\(code)", "input": "\(id)"])
    }

    /// What is said of a file whose end is missing.
    private static let cutShort: Set = [
        DICOMCode.truncatedPixels.rawValue, DICOMCode.unreadable.rawValue, ImagingError.Code.truncated.rawValue,
        ImagingError.Code.damaged.rawValue,
    ]

    /// Lets go of an inbox file that is in the ledger.
    private func release(_ entry: InboxEntry) {
        inbox.forget(entry)
        guard !settings.keepsInbox else {
            inbox.kept.remember(entry.identity)
            return
        }
        switch taker.remove(entry) {
        case .removed, .vanished, .changed: break
        case .failed(let error):
            inbox.kept.remember(entry.identity)
            log.error(
                "A taken file could not be removed from the inbox.",
                metadata: JournalMessage.inboxUnreadable.metadata(["code": "\(error.code.rawValue)"]))
        }
    }
}
