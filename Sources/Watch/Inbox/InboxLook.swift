/// What is known of the inbox from one look to the next: what settles, what stays, and what is to be taken now.
///
/// It holds a few dozen bytes for each file and paths only of those that are taken next, however many files there are.
package struct InboxLook: Sendable {
    /// What a look goes by.
    package struct Rules: Sendable {
        package var files: FileSettle.Rules
        /// A larger file that was refused stays refused.
        package var maximumFileBytes: Int64
        /// Empty sub-folders are named for pruning after this long; 0 for never.
        package var pruneFoldersAfterMinutes: Int

        package init(files: FileSettle.Rules, maximumFileBytes: Int64 = .max, pruneFoldersAfterMinutes: Int = 0) {
            self.files = files
            self.maximumFileBytes = maximumFileBytes
            self.pruneFoldersAfterMinutes = pruneFoldersAfterMinutes
        }
    }

    /// Files that settle.
    private var settling = SettlingFiles()
    /// Files that are in the ledger and stay in the inbox.
    package var kept = KeptFiles()
    /// Files whose storage failed when they were to be taken.
    package private(set) var failing = KeptFiles()

    /// Quiet for long enough: take these, the oldest first. What can never be taken is here too; taking it says why.
    package private(set) var ready = ReadyFiles()
    /// Files still changing, or not watched for long enough; those of `failing` left out.
    package private(set) var waiting = 0
    /// Files still under a name that says "being written".
    package private(set) var partial = 0
    /// Files partial or changing for longer than the maximum wait: said on the work list, left alone.
    package private(set) var overdue = 0
    /// Number of files by folder that were seen and not taken yet, those left out that are `overdue`.
    package private(set) var untaken: [InboxPath: Int] = [:]
    /// Monotonic ns at which the next file may be ready. Nil where none waits.
    package private(set) var nextNS: Int64?
    /// True where the last look reached its bound, so that files may lie there that nobody has seen.
    package private(set) var isTruncated = false
    /// Empty sub-folders that nothing has touched for long, each after those inside it.
    package private(set) var prunable: [InboxFolder] = []
    /// Clock time that the last look took, ns.
    package private(set) var durationNS: Int64 = 0
    /// When it ended; nil before the first, and where it failed.
    package private(set) var endedNS: Int64?

    /// Folders that one look names for pruning.
    private static let maximumPrunable = 1024

    private var rules = Rules(files: FileSettle.Rules(quietSeconds: 0, maximumWaitMinutes: 0))
    private var onRest: (@Sendable () -> Void)?

    package init() {}

    /// Files that are known and were not taken.
    package var count: Int { settling.count }

    /// Bytes of memory for what is known of the files, paths of `ready` left out.
    package var storedBytes: Int { settling.storedBytes }

    /// Looks at the whole inbox.
    ///
    /// - Parameters:
    ///   - now: the time, asked for at the start and at the end.
    ///   - onRest: called every few thousand entries, so that others learn that the look gets on.
    /// - Throws: `INBOX_UNREADABLE`; what was known stays known.
    package mutating func look(
        at root: String, _ scanner: InboxScanner, rules: Rules, now: () -> Int64,
        onRest: (@Sendable () -> Void)? = nil
    ) throws(WatchError) {
        let start = now()
        endedNS = nil
        begin(nowNS: start, rules: rules)
        self.onRest = onRest
        defer { self.onRest = nil }
        end(isTruncated: try scanner.visit(root, &self))
        let end = now()
        durationNS = max(0, end - start)
        endedNS = end
    }

    /// Begins a look; `see` and `leave` follow, then `end`.
    package mutating func begin(nowNS: Int64, rules: Rules) {
        self.rules = rules
        settling.beginLook(nowNS: nowNS)
        kept.beginLook()
        failing.beginLook()
        ready = ReadyFiles()
        (waiting, partial, overdue, nextNS, prunable) = (0, 0, 0, nil, [])
        untaken.removeAll(keepingCapacity: true)
    }

    package mutating func end(isTruncated: Bool) {
        self.isTruncated = isTruncated
        settling.endLook(isTruncated: isTruncated)
        kept.endLook(isTruncated: isTruncated)
        failing.endLook(isTruncated: isTruncated)
        ready.sort()
    }

    /// The next files to take.
    package mutating func nextReady(maximumFiles: Int, maximumBytes: Int64) -> [InboxEntry] {
        let batch = ready.next(maximumFiles: maximumFiles, maximumBytes: maximumBytes)
        for entry in batch { untaken[entry.path.folder, default: 1] -= 1 }
        return batch
    }

    /// Takes back what `nextReady` handed out last and what could not be taken; what has its row by now is left out, or
    /// it would be entered twice.
    package mutating func putBack(_ batch: [InboxEntry]) {
        let left = batch.filter { !kept.contains($0.identity) && kept.refusal(of: $0.identity) == nil }
        ready.putBack(left)
        for entry in left { untaken[entry.path.folder, default: 0] += 1 }
    }

    /// Drops a file that was taken. A new one may get its number, size and times, and must be seen.
    package mutating func forget(_ entry: InboxEntry) {
        settling.forget(entry.path.fingerprint)
        failing.forget(entry.identity)
        kept.forget(entry.identity)
    }

    /// Notes that a file's storage failed. It settles anew and so goes to the end of the queue: a share at fault must not
    /// keep the files of others waiting.
    ///
    /// - Returns: false where that was known.
    package mutating func noteFailure(_ entry: InboxEntry) -> Bool {
        settling.forget(entry.path.fingerprint)
        let isNew = !failing.contains(entry.identity)
        failing.remember(entry.identity)
        return isNew
    }

    /// Adds one file.
    package mutating func see(
        _ entry: @autoclosure () -> InboxEntry, in folder: @autoclosure () -> InboxPath, pathKey: UInt64,
        kind: InboxEntry.Kind, identity: FileIdentity,
        isPartial: Bool
    ) {
        kept.see(identity)
        failing.see(identity)
        if kept.contains(identity) { return }
        let (decision, firstSeenNS) = settling.see(pathKey, identity, isPartial: isPartial, rules: rules.files)
        switch decision {
        case .ready:
            guard !isStillRefused(kind, identity) else { return }
            ready.add(firstSeenNS: firstSeenNS, mtimeNS: identity.mtimeNS, entry: entry())
            untaken[folder(), default: 0] += 1
        case .partial:
            partial += 1
            untaken[folder(), default: 0] += 1
        case .overdue: overdue += 1
        case .wait(let until):
            // A file whose storage fails is tried again and again; nobody waits for that to end.
            if !failing.contains(identity) { waiting += 1 }
            untaken[folder(), default: 0] += 1
            nextNS = min(nextNS ?? until, until)
        }
    }

    /// True while an entry that was refused has not been cured: it stays where it is and is not entered twice.
    private func isStillRefused(_ kind: InboxEntry.Kind, _ identity: FileIdentity) -> Bool {
        switch kept.refusal(of: identity) {
        case nil: false
        case .empty: true
        case .tooLarge: identity.size > rules.maximumFileBytes
        case let refusal: kind.refusal == refusal
        }
    }
}

extension InboxLook: InboxVisitor {
    package mutating func see(_ sight: InboxSight) -> Bool {
        see(
            sight.entry, in: InboxPath(components: sight.folder), pathKey: sight.pathKey, kind: sight.kind,
            identity: sight.identity, isPartial: sight.isPartial)
        return true
    }

    package mutating func leave(
        _ folder: @autoclosure () -> InboxPath, key: UInt64, identity: FileIdentity, isEmpty: Bool
    ) {
        guard isEmpty else { return }
        let isOld = settling.seeEmptyFolder(key, identity, quietMinutes: rules.pruneFoldersAfterMinutes)
        guard isOld, prunable.count < Self.maximumPrunable else { return }
        prunable.append(InboxFolder(path: folder(), identity: identity, isEmpty: true))
    }

    package mutating func rest() { onRest?() }
}
