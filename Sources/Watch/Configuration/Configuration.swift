import Crypto
package import DICOM

/// Everything an administrator can set, with the defaults that hold where the file is silent.
///
/// `etc/fcdwatch.toml` explains each key; a test keeps the two the same.
package struct Configuration: Sendable, Hashable {
    /// Where things lie.
    package var paths = Paths()
    /// How files are taken and studies found whole.
    package var inbox = Inbox()
    /// Which models are used.
    package var screening = Screening()
    /// Limits of jobs.
    package var worker = Worker()
    /// What the page shows to whom.
    package var page = Page()
    /// When to say that a night was not as it should be.
    package var notice = Notice()
    /// What is known here about certain series, in the order of the file.
    package var series: [SeriesRule] = []
    /// The service itself.
    package var service = Service()
    /// SHA-256 of the file's bytes, hexadecimal; of no bytes for the defaults.
    package internal(set) var hash = Hex.encode(SHA256.hash(data: [UInt8]()))

    package init() {}

    /// Absolute paths; those with a default can be set.
    package struct Paths: Sendable, Hashable {
        /// Senders write here, in any sub-folder.
        package var inbox = "/srv/fcdwatch/inbox"
        /// Readers find the work list and a folder for each case here.
        package var reports = "/srv/fcdwatch/reports"
        /// For the service alone.
        package var state = "/var/lib/fcdwatch"
        /// Model bundles and profiles.
        package var models = "/var/lib/fcdwatch/models"

        /// Inputs, cases and audit.
        package var ledger: String { state + "/ledger.sqlite" }
        package init() {}
    }

    /// Units end the names; `etc/fcdwatch.toml` explains each.
    package struct Inbox: Sendable, Hashable {
        /// True: files stay in the inbox after they were taken.
        package var keep = false
        /// A file is taken when it has not changed for this long.
        package var fileQuietSeconds = 10
        /// A study is looked at when no file of it came for this long.
        package var settleSeconds = 60
        /// A study that lacks images is given up this long after its last file.
        package var maximumWaitMinutes = 120
        /// A study with one modality waits this long after its last file for the other.
        package var pairWaitMinutes = 60
        /// The inbox is scanned this often, whatever events say.
        package var rescanSeconds = 30
        /// A larger file is refused; MB of 2²⁰ bytes.
        package var maximumFileMB = 2048
        /// Must stay free in the state folder; MB of 2²⁰ bytes.
        package var reserveMB = 2048
        /// 0: never.
        package var pruneEmptyFoldersAfterMinutes = 60
        /// 0: for ever.
        package var keepCopiesDays = 30
        package init() {}

        /// For `FileSettle`.
        package var fileRules: FileSettle.Rules {
            FileSettle.Rules(quietSeconds: fileQuietSeconds, maximumWaitMinutes: maximumWaitMinutes)
        }
        /// For `StudySettle`.
        package var studyRules: StudySettle.Rules {
            StudySettle.Rules(
                settleSeconds: settleSeconds, maximumWaitMinutes: maximumWaitMinutes, pairWaitMinutes: pairWaitMinutes)
        }
        /// For `InboxTaker`.
        package var maximumFileBytes: Int64 { Int64(maximumFileMB) << 20 }
        /// For `InboxTaker`.
        package var reserveBytes: Int64 { Int64(reserveMB) << 20 }
    }

    /// Which models are used.
    package struct Screening: Sendable, Hashable {
        /// Name of a profile in the models folder; nil to use the two bundles below.
        package var profile: String?
        /// Names of bundles in the models folder.
        package var t1w: String?
        /// Like `t1w`.
        package var flair: String?
        /// True: bundles that are not of status `research` are used too, and no page shows a verdict.
        package var allowDemonstrationModels = false
        /// 0: as many as the machine has processors.
        package var threads = 0
        /// Share of FCD II among the patients screened here, 0…1; nil: the page shows no predictive values.
        package var prevalence: Double?
        package init() {}
    }

    /// Limits of jobs; MB of 2²⁰ bytes.
    package struct Worker: Sendable, Hashable {
        /// Address space of a job that screens.
        package var memoryMB = 8192
        /// Processor time of all its threads.
        package var cpuSeconds = 14_400
        /// Time until it is killed.
        package var wallSeconds = 7200
        /// Largest file that a job may write.
        package var fileMB = 4096
        /// Address space of a job that reads headers.
        package var inspectMemoryMB = 1024
        /// Processor time of it.
        package var inspectCPUSeconds = 120
        /// Time until it is killed.
        package var inspectWallSeconds = 300
        /// A case that ends its worker this often is reported as failed.
        package var attempts = 2
        package init() {}

        /// For a job that screens one case.
        package var screenLimits: WorkerLimits {
            WorkerLimits(
                addressSpaceBytes: UInt64(memoryMB) << 20, cpuSeconds: UInt64(cpuSeconds),
                fileSizeBytes: UInt64(fileMB) << 20, wallSeconds: UInt64(wallSeconds))
        }
        /// For a job that reads headers; it writes nothing but its result.
        package var inspectLimits: WorkerLimits {
            WorkerLimits(
                addressSpaceBytes: UInt64(inspectMemoryMB) << 20, cpuSeconds: UInt64(inspectCPUSeconds),
                fileSizeBytes: UInt64(fileMB) << 20, wallSeconds: UInt64(inspectWallSeconds))
        }
    }

    /// What the page shows to whom.
    package struct Page: Sendable, Hashable {
        /// Whom a page names.
        package enum Identity: String, Sendable, CaseIterable {
            /// The study page names the patient; for readers in the hospital.
            case local
            /// Pseudonym only; for exports.
            case none
        }
        /// Whom a page names.
        package var identity = Identity.local
        /// Group that may read the reports.
        package init() {}
    }

    /// When to say that a night was not as it should be; local times.
    package struct Notice: Sendable, Hashable {
        /// The hour of the look; nil for never.
        package var by: TimeOfDay? = TimeOfDay(hour: 6, minute: 30)
        package var nightBegins = TimeOfDay(hour: 18, minute: 0)
        /// True: a night without any file is worth a notice.
        package var expectStudies = true
        package init() {}

        /// For `NightCheck`; nil where nobody wants one.
        package var rules: NightCheck.Rules? { by.map(rules) }

        /// As `rules`, looked at by a given hour.
        package func rules(by: TimeOfDay) -> NightCheck.Rules {
            NightCheck.Rules(by: by, nightBegins: nightBegins, expectsStudies: expectStudies)
        }
    }

    /// The service itself.
    package struct Service: Sendable, Hashable {
        /// A level of swift-log by name; `Logger.Level(rawValue:)` takes it.
        package var logLevel = "info"
        /// Longest silence of a part of the main loop before the watchdog goes hungry.
        package var stallSeconds = 300
        package init() {}
    }
}
