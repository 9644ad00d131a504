import Ledger
import Logging

/// What was taken, and what was not, into the ledger.
extension Daemon {
    /// Enters a batch in one transaction.
    ///
    /// - Returns: the files that were taken, each with the number of its row; nil where the same bytes came before.
    func enter(
        _ taken: [(entry: InboxEntry, file: TakenFile)], _ refused: [(entry: InboxEntry, refusal: TakeRefusal)]
    ) throws -> [(entry: InboxEntry, input: Int64?)] {
        let now = time.utcUS()
        var duplicates: [String] = []
        var entered: [(entry: InboxEntry, input: Int64?)] = []
        let halves = taken.compactMap { unread.half(at: $0.entry.path) }
        try ledger.commit { transaction in
            duplicates = []
            entered = []
            for half in halves { try takeBack(half, &transaction) }
            for (entry, file) in taken {
                let earlier = try transaction.input(sha256: file.sha256)
                    .flatMap { isSameDelivery($0, entry) ? $0 : nil }
                var row = InputRecord(
                    sha256: file.sha256, size: file.size, spoolName: file.spoolName,
                    relativePath: entry.path.escaped, receivedAtUS: now)
                row.setIdentity(file.identity)
                if let earlier {
                    row.outcome = .duplicate
                    row.caseID = earlier.caseID
                    row.spoolName = nil
                    duplicates.append(file.spoolName)
                }
                let id = try transaction.insert(row)
                try transaction.audit(
                    AuditEvent(
                        earlier == nil ? .inputReceived : .duplicate, caseID: row.caseID, objectSHA256: file.sha256,
                        body: ["input": .int(id), "bytes": .int(file.size)]))
                entered.append((entry, earlier == nil ? id : nil))
            }
            for (entry, refusal) in refused {
                var row = InputRecord(
                    sha256: "", size: max(0, entry.identity.size), relativePath: entry.path.escaped, receivedAtUS: now,
                    outcome: .refused, code: refusal.rawValue)
                row.setIdentity(entry.identity)
                let id = try transaction.insert(row)
                try transaction.audit(
                    AuditEvent(.inputRefused, outcome: refusal.rawValue, body: ["input": .int(id)]))
            }
        }
        for (entry, _) in taken { unread.endHalf(at: entry.path) }
        for name in duplicates { try SpoolFolder.remove(settings.spool + "/" + name) }
        for (_, refusal) in refused {
            log.warning(
                "An inbox entry was refused and left where it is.",
                metadata: JournalMessage.inputRefused.metadata(["code": "\(refusal.rawValue)"]))
        }
        return entered
    }

    /// A file that was refused for being cut short came whole, or at least longer: its first half is no loss.
    private func takeBack(_ half: Int64, _ transaction: inout Ledger.Transaction) throws {
        guard var row = try transaction.input(half), row.outcome == .refused else { return }
        row.outcome = .notNeeded
        row.code = WatchError.Code.takenWhileWritten.rawValue
        try transaction.update(row)
        try transaction.audit(
            AuditEvent(
                .inputAssigned, outcome: WatchError.Code.takenWhileWritten.rawValue, objectSHA256: row.sha256,
                body: ["input": .int(half)]))
    }

    /// True where the earlier file says all that this one does: its copy is still here, and it was screened, or lay in the
    /// same study.
    ///
    /// A refused file that comes again under a better name, one whose copy was let go, and a NIfTI file that was moved out
    /// of an ambiguous folder are new.
    private func isSameDelivery(_ earlier: InputRecord, _ entry: InboxEntry) -> Bool {
        guard earlier.spoolName != nil else { return false }
        if earlier.outcome == .used { return true }
        let before = NIfTIName(relativePath: earlier.relativePath)
        return before?.studyKey == NIfTIName(relativePath: entry.path.escaped)?.studyKey
    }
}

extension InputRecord {
    mutating func setIdentity(_ identity: FileIdentity) {
        device = Int64(bitPattern: identity.device)
        inode = Int64(bitPattern: identity.inode)
        mtimeNS = identity.mtimeNS
    }

    /// Which file it was in the inbox.
    var identity: FileIdentity? {
        guard let device, let inode, let mtimeNS else { return nil }
        return FileIdentity(
            device: UInt64(bitPattern: device), inode: UInt64(bitPattern: inode), size: size, mtimeNS: mtimeNS)
    }
}
