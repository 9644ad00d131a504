import Crypto

/// Everything an administrator can set, with the defaults that hold where the file is silent.
///
/// `etc/fcdwatch.toml` explains each key; a test keeps the two the same.
package struct Configuration: Sendable, Hashable {
    package var paths = Paths()
    package var inbox = Inbox()
    package var screening = Screening()
    package var worker = Worker()
    package var page = Page()
    package var service = Service()
    /// SHA-256 of the file's bytes, hexadecimal; of no bytes for the defaults.
    package internal(set) var hash = Hex.encode(SHA256.hash(data: [UInt8]()))

    package init() {}

    package struct Paths: Sendable, Hashable {
        package var inbox = "/srv/fcdwatch/inbox"
        package var reports = "/srv/fcdwatch/reports"
        package var state = "/var/lib/fcdwatch"
        package var models = "/var/lib/fcdwatch/models"

        /// Inside the reports root: publishing is one rename, which must not cross a mount.
        package var staging: String { reports + "/.staging" }
        package var ledger: String { state + "/ledger.sqlite" }
        package var spool: String { state + "/spool" }
        package var quarantine: String { state + "/quarantine" }
        package init() {}
    }

    package struct Inbox: Sendable, Hashable {
        package var keep = false
        package var fileQuietSeconds = 10
        package var settleSeconds = 60
        package var maximumWaitMinutes = 120
        package var pairWaitMinutes = 60
        package var rescanSeconds = 30
        package var maximumFileMB = 2048
        package var reserveMB = 2048
        /// 0: never.
        package var pruneEmptyFoldersAfterMinutes = 60
        package init() {}

        package var fileRules: FileSettle.Rules {
            FileSettle.Rules(quietSeconds: fileQuietSeconds, maximumWaitMinutes: maximumWaitMinutes)
        }
        package var studyRules: StudySettle.Rules {
            StudySettle.Rules(
                settleSeconds: settleSeconds, maximumWaitMinutes: maximumWaitMinutes, pairWaitMinutes: pairWaitMinutes)
        }
        package var maximumFileBytes: Int64 { Int64(maximumFileMB) << 20 }
        package var reserveBytes: Int64 { Int64(reserveMB) << 20 }
    }

    package struct Screening: Sendable, Hashable {
        /// Name of a profile in the models folder; nil to use the two bundles below.
        package var profile: String?
        /// Names of bundles in the models folder.
        package var t1w: String?
        package var flair: String?
        package var allowDemonstrationModels = false
        /// 0: as many as the machine has processors.
        package var threads = 0
        /// Share of FCD II among the patients screened here, 0…1; nil: the page shows no predictive values.
        package var prevalence: Double?
        package init() {}
    }

    package struct Worker: Sendable, Hashable {
        package var memoryMB = 8192
        package var cpuSeconds = 14_400
        package var wallSeconds = 7200
        package var fileMB = 4096
        package var inspectMemoryMB = 1024
        package var inspectCPUSeconds = 120
        package var inspectWallSeconds = 300
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

    package struct Page: Sendable, Hashable {
        package enum Identity: String, Sendable, CaseIterable {
            /// The study page names the patient; for readers in the hospital.
            case local
            /// Pseudonym only; for exports.
            case none
        }
        package var identity = Identity.local
        package var readersGroup = "fcdwatch-readers"
        package init() {}
    }

    package struct Service: Sendable, Hashable {
        package var logLevel = "info"
        /// Longest silence of a part of the main loop before the watchdog goes hungry.
        package var stallSeconds = 300
        package init() {}
    }
}
