/// What the daemon needs to know, resolved: no relative path, no unit but those named.
package struct DaemonSettings: Sendable {
    package var inbox: String
    /// True where the inbox is only read: files stay where they are.
    package var keepsInbox = false
    /// Empty sub-folders of the inbox go after this long; 0 for never.
    package var pruneFoldersAfterMinutes = 0
    /// Private copies of a finished case's files go after this long; 0 for never.
    package var keepCopiesDays = 0
    package var reports: String
    /// Private folder of the service: ledger, spool, quarantine, models.
    package var state: String
    package var fileRules: FileSettle.Rules
    package var studyRules: StudySettle.Rules
    /// Longest time between two looks at the inbox.
    package var rescanSeconds: Int
    package var maximumFileBytes: Int64
    /// Bytes that stay free in the spool's file system.
    package var reserveBytes: Int64
    package var inspectLimits: WorkerLimits
    package var screenLimits: WorkerLimits
    /// After this many attempts that ended badly a case is FAILED.
    package var maximumAttempts = 2
    /// How every case is screened.
    package var screening: ScreenSettings
    /// Folder of all bundles and profiles.
    package var models = ""
    /// When to look whether the night was as it should be; nil for never.
    package var notice: NightCheck.Rules?
    /// Program that is started as worker.
    package var workerExecutable = "/proc/self/exe"

    /// Hexadecimal digits of a case's name: short enough to read aloud, long enough never to meet twice.
    package static let caseNameDigits = 12

    package var spool: String { Self.spool(state: state) }
    /// Private copies of the input.
    package static func spool(state: String) -> String { state + "/spool" }
    /// Copies that a ledger put back from a backup knows nothing of.
    package var orphaned: String { state + "/orphaned" }
    package var quarantine: String { state + "/quarantine" }
    package var anchorPath: String { Self.anchorPath(state: state) }

    /// The newest head of the audit chain at a report, beside the ledger.
    package static func anchorPath(state: String) -> String { state + "/audit-head" }

    /// Inside the reports root: a rename between two mounts of the service's sandbox fails.
    package var staging: String { reports + "/.staging" }

    package init(
        inbox: String, reports: String, state: String, fileRules: FileSettle.Rules, studyRules: StudySettle.Rules,
        rescanSeconds: Int, maximumFileBytes: Int64, reserveBytes: Int64, inspectLimits: WorkerLimits,
        screenLimits: WorkerLimits, screening: ScreenSettings
    ) {
        self.inbox = inbox
        self.reports = reports
        self.state = state
        self.fileRules = fileRules
        self.studyRules = studyRules
        self.rescanSeconds = rescanSeconds
        self.maximumFileBytes = maximumFileBytes
        self.reserveBytes = reserveBytes
        self.inspectLimits = inspectLimits
        self.screenLimits = screenLimits
        self.screening = screening
    }
}
