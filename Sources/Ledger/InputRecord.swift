/// How one input file ended, or that it has not yet.
package enum InputOutcome: String, Codable, Sendable, CaseIterable, Hashable {
    /// Not decided yet: the study is incomplete, unpaired or not screened yet.
    case waiting
    /// Its image was screened.
    case used
    /// Whole and readable, but not needed: another series, a localizer, a derivative.
    case notNeeded
    /// The same bytes came before.
    case duplicate
    /// Quarantined, with a code.
    case refused
}

/// One file that arrived.
///
/// The schema enforces: `refused` has a code; `used` has a case; the case exists; size is not negative; a file that
/// could not be read (empty `sha256`) is refused. Rows are never deleted.
package struct InputRecord: Codable, Sendable, Hashable {
    /// Given by the ledger.
    package var id: Int64?
    /// 64 lower-case hexadecimal digits; empty where the file could not be read.
    package var sha256: String
    /// Bytes.
    package var size: Int64
    /// Base name in the spool; nil where no copy is kept.
    package var spoolName: String?
    /// Below the inbox. Private: never in the audit, a log or a page.
    package var relativePath: String
    /// Microseconds since 1970, UTC.
    package var receivedAtUS: Int64
    package var outcome: InputOutcome
    /// Stable reason code; always there for `refused`.
    package var code: String?
    /// `DICOM`, `NIfTI`, …; nil while unknown.
    package var kind: String?
    /// Keyed names (`AuditKey.studyKey` and so on), never UIDs.
    package var studyKey: String?
    package var seriesKey: String?
    package var instanceKey: String?
    package var caseID: String?
    /// Which file it was, for inboxes that are only read: bit patterns of `st_dev` and `st_ino`, and `st_mtim`.
    package var device: Int64?
    package var inode: Int64?
    package var mtimeNS: Int64?

    package init(
        id: Int64? = nil, sha256: String, size: Int64, spoolName: String? = nil, relativePath: String,
        receivedAtUS: Int64, outcome: InputOutcome = .waiting, code: String? = nil, kind: String? = nil,
        studyKey: String? = nil, seriesKey: String? = nil, instanceKey: String? = nil, caseID: String? = nil,
        device: Int64? = nil, inode: Int64? = nil, mtimeNS: Int64? = nil
    ) {
        self.id = id
        self.sha256 = sha256
        self.size = size
        self.spoolName = spoolName
        self.relativePath = relativePath
        self.receivedAtUS = receivedAtUS
        self.outcome = outcome
        self.code = code
        self.kind = kind
        self.studyKey = studyKey
        self.seriesKey = seriesKey
        self.instanceKey = instanceKey
        self.caseID = caseID
        self.device = device
        self.inode = inode
        self.mtimeNS = mtimeNS
    }
}
