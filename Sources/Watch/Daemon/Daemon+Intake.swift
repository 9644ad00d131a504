import Ledger
import Logging

/// From the inbox into the spool and the ledger.
extension Daemon {
    /// Files that one transaction enters.
    static let filesPerCommit = 64

    /// Looks at the inbox, takes what has settled, inspects what was taken, and decides about every open study.
    ///
    /// - Returns: when to look again, in ns of the monotonic clock.
    @discardableResult
    package func intakeTurn() async throws -> Int64 {
        try checkNightIfDue()
        try takeSettled()
        try pruneCopiesIfDue()
        try await inspectTaken()
        let next = try await decideStudies()
        try writeWorkListIfDue()
        return min(next, nextSettledNS ?? .max, time.monotonicNS() + Int64(settings.rescanSeconds) * 1_000_000_000)
    }

    /// Takes every file that has stopped changing, and removes sub-folders that have long been empty.
    private func takeSettled() throws {
        let scan = try scanner.scan(settings.inbox)
        if !scan.isTruncated {
            kept.forgetMissing(from: scan)
            let present = Set(scan.entries.map(\.identity))
            setAside = setAside.filter { present.contains($0.key) }
        }
        let now = time.monotonicNS()
        settling.observe(scan, kept: kept, nowNS: now)
        var state = settling.state(nowNS: now, rules: settings.fileRules)
        state.ready.removeAll(where: isStillRefused)
        nextSettledNS = state.nextNS
        pendingInInbox = state.waiting.count
        unfinishedInInbox = state.overdue.count
        unreadableInInbox = 0
        for start in stride(from: 0, to: state.ready.count, by: Self.filesPerCommit) {
            if Task.isCancelled { return }
            try takeAndEnter(Array(state.ready[start..<min(start + Self.filesPerCommit, state.ready.count)]))
            watchdog?.beat(.scan)
            watchdog?.beat(.ledger)
        }
        pruneFolders(nowNS: now)
    }

    /// True while an entry that was refused has not been cured: it stays where it is and is not entered twice.
    private func isStillRefused(_ entry: InboxEntry) -> Bool {
        switch setAside[entry.identity] {
        case nil: false
        case .empty: true
        case .tooLarge: entry.identity.size > settings.maximumFileBytes
        case let refusal: entry.refusal == refusal
        }
    }

    private func pruneFolders(nowNS now: Int64) {
        guard !settings.keepsInbox else { return }
        for folder in settling.prunable(nowNS: now, quietMinutes: settings.pruneFoldersAfterMinutes) {
            // Whatever keeps a folder from going, an empty folder harms nobody; the next turn tries again.
            _ = taker.prune(folder)
        }
    }

    /// Takes a batch and enters it in one transaction; the originals go once that is on the disk.
    private func takeAndEnter(_ entries: [InboxEntry]) throws {
        var taken: [(entry: InboxEntry, file: TakenFile)] = []
        var refused: [(entry: InboxEntry, refusal: TakeRefusal)] = []
        var known: [InboxEntry] = []
        var pause: WatchError?
        for entry in entries {
            if let refusal = entry.refusal {
                refused.append((entry, refusal))
                continue
            }
            switch taker.take(entry) {
            case .taken(let file) where try wasEntered(entry, file):
                try SpoolFolder.remove(settings.spool + "/" + file.spoolName)
                known.append(entry)
            case .taken(let file): taken.append((entry, file))
            case .refused(let refusal): refused.append((entry, refusal))
            case .changedDuringCopy, .vanished: pendingInInbox += 1
            case .noSpace(let error): pause = error
            case .failed(let error): noteUnreadable(entry, error)
            }
            if pause != nil { break }
        }
        if !taken.isEmpty || !refused.isEmpty {
            do {
                try enter(taken, refused)
            } catch {
                dropUnentered(taken.map(\.file))
                throw error
            }
            workListIsStale = true
        }
        for entry in taken.map(\.entry) + known { release(entry) }
        // What cannot be taken stays where it is; its row says why, and it is not looked at again.
        for (entry, refusal) in refused { setAside[entry.identity] = refusal }
        if let pause { throw pause }
    }

    /// A file whose storage fails is tried again at every turn; the others go on.
    private func noteUnreadable(_ entry: InboxEntry, _ error: WatchError) {
        unreadableInInbox += 1
        guard failedEntries.insert(entry.identity).inserted else { return }
        log.error(
            "A file in the inbox cannot be read; it is tried again.",
            metadata: JournalMessage.inboxUnreadable.metadata(["code": "\(error.code.rawValue)"]))
        workListIsStale = true
    }

    /// True for a file whose row was written but whose original was not removed: the service died in between.
    ///
    /// The content decides. A new file often has the number of one just removed, and copies can keep size and times.
    private func wasEntered(_ entry: InboxEntry, _ file: TakenFile) throws -> Bool {
        let row = try ledger.input(
            device: Int64(bitPattern: entry.identity.device), inode: Int64(bitPattern: entry.identity.inode),
            size: entry.identity.size, mtimeNS: entry.identity.mtimeNS, sha256: file.sha256)
        return row?.relativePath == entry.path.escaped
    }

    /// Removes copies that got no row, so that a ledger that cannot be written for long does not fill the spool.
    private func dropUnentered(_ files: [TakenFile]) {
        do {
            let known = try ledger.spoolNames()
            for file in files where !known.contains(file.spoolName) {
                try SpoolFolder.remove(settings.spool + "/" + file.spoolName)
            }
        } catch {
            // reason: a copy of which nothing can be told now is removed at the next start, if it has no row.
            log.debug("Copies without a row stay until the next start.")
        }
    }

    /// Lets go of an inbox file that is in the ledger.
    private func release(_ entry: InboxEntry) {
        settling.forget(entry)
        failedEntries.remove(entry.identity)
        guard !settings.keepsInbox else {
            kept.remember(entry.identity)
            return
        }
        switch taker.remove(entry) {
        case .removed, .vanished, .changed: break
        case .failed(let error):
            kept.remember(entry.identity)
            log.error(
                "A taken file could not be removed from the inbox.",
                metadata: JournalMessage.inboxUnreadable.metadata(["code": "\(error.code.rawValue)"]))
        }
    }
}
