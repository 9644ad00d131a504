import Glibc
import Ledger
import Logging

/// What a start finds, and what it makes of it.
extension Daemon {
    /// Makes the folders, and brings ledger and folders into agreement after whatever ended the last run.
    ///
    /// Every step may be repeated: a crash in here is mended by the next start.
    /// - Parameter adopts: takes what lies in the inbox at the very first start.
    /// - Throws: `INBOX_NOT_EMPTY` at the first start on an inbox that holds files already.
    package func prepare(adopts: Bool) throws {
        notifier.extendTimeout(seconds: Self.startSeconds)
        for folder in [settings.spool, settings.quarantine] { try SpoolFolder.make(folder) }
        for folder in [settings.reports, settings.staging] { try SpoolFolder.make(folder, mode: 0o750) }
        try refuseForeignInbox(adopts: adopts)
        nightNotice = try rememberedNight()
        let recovered = try recoverRunning()
        let leftovers = try removeLeftovers()
        try rememberKept()
        try ledger.commit { transaction in
            try transaction.setMeta(Self.startedBefore, "yes")
            if let nightNotice { try transaction.setMeta(NightNotice.metaName, nightNotice.json) }
            try transaction.audit(AuditEvent(.start, body: ["version": .string(settings.screening.softwareVersion)]))
            try transaction.audit(
                AuditEvent(.configurationLoaded, body: ["profile": .string(settings.screening.profileName)]))
            if recovered > 0 || leftovers > 0 {
                try transaction.audit(
                    AuditEvent(
                        .recovered, body: ["cases": AuditValue(recovered), "leftovers": AuditValue(leftovers)]))
            }
        }
        try countMissingReports()
        for studyKey in try ledger.studiesWithReplacedReports() { markReplacedPages(of: studyKey) }
        _ = try checkModels()
        if recovered > 0 {
            log.notice(
                "Cases that were being screened when the service ended are ready again.",
                metadata: JournalMessage.recovered.metadata(["cases": "\(recovered)"]))
        }
        try writeWorkList()
    }

    /// Ends a run in order.
    package func stop() throws {
        try ledger.audit(AuditEvent(.stop))
        try writeWorkList()
    }

    /// A large ledger is checked and large models are hashed before the service is ready.
    private static let startSeconds = 900

    /// Counts finished cases whose folder is gone: a reports folder that was not mounted, or somebody's hand.
    private func countMissingReports() throws {
        missingReports = try ledger.cases().filter { record in
            (record.state == .reported || record.state == .notAssessable) && record.resultSHA256 != nil
                && access(settings.reports + "/" + record.id + "/" + Publication.resultName, F_OK) != 0
        }.count
        guard missingReports > 0 else { return }
        log.error("Reports that the ledger speaks of are not there.", metadata: ["cases": "\(missingReports)"])
    }

    private static let startedBefore = "startedBefore"

    /// Files that lay in the inbox before the service ever ran may be somebody's archive.
    private func refuseForeignInbox(adopts: Bool) throws {
        guard try ledger.meta(Self.startedBefore) == nil, !adopts else { return }
        guard try scanner.isEmpty(settings.inbox) else {
            throw WatchError(
                .inboxNotEmpty,
                "The inbox holds files from before the first start. Look through them, then start once with --adopt "
                    + "to take them, or empty the inbox.", subject: settings.inbox)
        }
    }

    /// A case that was running when the service ended has no result: it is ready again, its attempt counted.
    ///
    /// A published folder of such a case was moved there just before its row: `Publication.move` replaces it.
    func recoverRunning() throws -> Int {
        let running = try ledger.runningCases()
        guard !running.isEmpty else { return 0 }
        let now = time.utcUS()
        try ledger.commit { transaction in
            for record in running {
                let exhausted = record.attempts >= settings.maximumAttempts + Self.attemptsLostToCrashes
                let changed = try transaction.change(case: record.id, atUS: now) {
                    $0.state = exhausted ? .failed : .ready
                    $0.code = exhausted ? WatchError.Code.attemptsExhausted.rawValue : nil
                }
                try transaction.audit(
                    AuditEvent(
                        exhausted ? .caseFailed : .recovered, outcome: changed.code ?? "ok", caseID: record.id,
                        body: ["attempt": AuditValue(record.attempts)]))
            }
        }
        for record in running {
            try SpoolFolder.removeTree(settings.reports + "/" + record.id)
            markReplacedPages(of: record.studyKey)
        }
        return running.count
    }

    /// Attempts that may end with the whole service before the case is taken for the cause.
    private static let attemptsLostToCrashes = 1

    /// Removes what no row speaks of: half copies, copies whose row was never written, staged folders.
    private func removeLeftovers() throws -> Int {
        var count = try taker.removeUnfinished()
        let orphans = try copiesWithoutRow()
        count += orphans.count
        if try isRolledBack() {
            try setAsideOrphans(orphans)
        } else {
            for name in orphans { try SpoolFolder.remove(settings.spool + "/" + name) }
        }
        for name in try SpoolFolder.names(in: settings.staging) {
            try SpoolFolder.removeTree(settings.staging + "/" + name)
            count += 1
        }
        return count
    }

    /// Copies in the spool that no row speaks of. Names are compared as fingerprints: a spool may hold a million copies.
    private func copiesWithoutRow() throws -> [String] {
        var known: [Int] = []
        try ledger.forEachSpoolName { known.append($0.hashValue) }
        known.sort()
        return try SpoolFolder.names(in: settings.spool) { name in
            let place = Self.firstPlace(of: name.hashValue, in: known)
            return place == known.count || known[place] != name.hashValue
        }
    }

    /// Index of the first element of a sorted list that is not below `value`.
    private static func firstPlace(of value: Int, in list: [Int]) -> Int {
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if list[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// True where the ledger is older than the head that was kept beside it: a backup was put back, or rows are gone.
    private func isRolledBack() throws -> Bool {
        guard let kept = try Site.keptAnchor(state: settings.state) else { return false }
        return try ledger.head().map { $0.seq < kept.seq } ?? true
    }

    /// Copies that an older ledger knows nothing of may be the only ones there are.
    private func setAsideOrphans(_ names: [String]) throws {
        guard !names.isEmpty else { return }
        try SpoolFolder.make(settings.orphaned)
        for name in names {
            try SpoolFolder.rename(settings.spool + "/" + name, to: settings.orphaned + "/" + name)
        }
        log.critical(
            "The ledger is older than its last report. Copies it does not know were set aside in the state folder.",
            metadata: ["files": "\(names.count)", "folder": "orphaned"])
    }

    /// Inbox files that stay where they are and have rows: those of a read-only share, and refused ones.
    private func rememberKept() throws {
        try ledger.forEachInboxFile(unreadOnly: !settings.keepsInbox) { file in
            let identity = FileIdentity(
                device: UInt64(bitPattern: file.device), inode: UInt64(bitPattern: file.inode), size: file.size,
                mtimeNS: file.mtimeNS)
            guard file.isUnread else { return inbox.kept.remember(identity) }
            if let refusal = file.code.flatMap(TakeRefusal.init(rawValue:)) {
                inbox.kept.remember(identity, refused: refusal)
            }
        }
    }
}
