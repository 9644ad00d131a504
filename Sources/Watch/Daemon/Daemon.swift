import Dispatch
import Imaging
package import Ledger
package import Logging
import Screening

/// The small, long-lived half of the service: it copies and hashes bytes, keeps the ledger and starts workers.
///
/// It knows names, sizes, times and JSON; image data is parsed by workers only. What it holds in memory can be lost at
/// any moment: the ledger and the folders say everything that a new start needs.
///
/// The two turns are the whole of its work, so that a test with a clock of its own can drive it step by step:
/// `intakeTurn` (take, settle, inspect) and `screenTurn` (one case). `run` repeats both side by side.
package actor Daemon {
    var settings: DaemonSettings
    let ledger: Ledger
    let key: AuditKey
    let time: any TimeSource
    let log: Logger
    let notifier: Notifier
    let scanner = InboxScanner()
    var taker: InboxTaker
    let worker: WorkerProcess

    /// What is known of the inbox since the last look at it.
    var inbox = InboxLook()
    /// Set by an event in the inbox until the next look at it.
    var inboxHasChanged = true
    /// What was taken and still lies in the inbox.
    var unread = UnreadFiles()
    /// What is known of the studies that are not screened yet, by case.
    var tracks = StudyTracks()
    var tracksRefreshedAtNS: Int64?
    /// Studies whose superseded pages do not say so yet, the storage having failed.
    var unmarkedStudies: Set<String> = []
    var pagesMarkedAtNS: Int64?
    /// Deliveries counted so far under a NIfTI name that may be used again.
    var deliveries: [String: Int] = [:]
    /// Inbox files that were seen and not taken yet.
    var pendingInInbox = 0
    /// Files that have been unfinished for too long: a name for transfers under way, or content that never rests.
    var unfinishedInInbox = 0
    /// Files whose storage fails.
    var unreadableInInbox = 0
    /// Files that were not what the last look saw when they were to be taken.
    var filesToSeeAgain = 0
    /// What keeps a loop from getting on, and goes away by itself or with an administrator's help.
    var faults: [Loop: Reason] = [:]
    /// Set while a model is not what its manifest says: nothing is screened.
    var modelFault: Reason?
    var checkedModels: [Modality: ModelBundle] = [:]
    var modelsVerifiedAtNS: Int64?
    /// SHA-256 of the models that gave their known answer since the start, and of those that did not.
    var answeredModels: Set<String> = []
    var wrongModels: Set<String> = []
    var copiesPrunedAtNS: Int64?
    /// Finished cases whose report is not in its place.
    var missingReports = 0
    /// True while `run --once` works: nothing is waited for that is not here.
    var waitsForNothing = false
    /// The case being screened.
    var current: String?
    /// What the last look at the night found, and the night it was about.
    var nightNotice: NightNotice?
    var signOfLifeAtNS: Int64?
    var workListIsStale = true
    var workListWrittenAtNS: Int64?
    var workListTookNS: Int64 = 0

    /// Told whenever something got on.
    var watchdog: Watchdog?

    nonisolated let executor: TurnExecutor
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens nothing and starts nothing; call `prepare` before the first turn.
    package init(
        settings: DaemonSettings, ledger: Ledger, key: AuditKey, time: any TimeSource = SystemTime(), log: Logger,
        notifier: Notifier = Notifier()
    ) {
        self.settings = settings
        self.ledger = ledger
        self.key = key
        self.time = time
        self.log = log
        self.notifier = notifier
        taker = InboxTaker(
            root: settings.inbox, spool: settings.spool, maximumFileBytes: settings.maximumFileBytes,
            reserveBytes: settings.reserveBytes)
        worker = WorkerProcess(executable: settings.workerExecutable)
        executor = TurnExecutor()
    }

    /// One line for `systemctl status`.
    func tellStatus() throws {
        let counts = try ledger.casesByState()
        func count(_ states: CaseState...) -> Int { states.reduce(0) { $0 + (counts[$1] ?? 0) } }
        var line = "\(count(.reported)) reported, \(count(.notAssessable)) not assessable, "
        line += "\(count(.incomplete)) incomplete, \(count(.failed)) failed, "
        let open = count(.arriving, .waiting, .ready, .running)
        line += "\(open) open"
        if let current { line += "; screening \(current)" }
        if let modelFault { line = "SCREENING STOPPED, \(modelFault.code); " + line }
        for loop in Loop.allCases {
            if let fault = faults[loop] { line = "\(loop.rawValue.uppercased()) PAUSED, \(fault.code); " + line }
        }
        notifier.status(line)
    }
}

/// The two halves of the daemon's work, each repeated by itself.
enum Loop: String, CaseIterable {
    case intake, screening
}

/// Runs the daemon's turns on a queue of its own: they wait for disks, which Swift's shared threads must not.
final class TurnExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "fcdwatch.daemon")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}
