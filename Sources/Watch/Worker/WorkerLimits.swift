/// What one job may use. The daemon sets it, the child binds itself to it before it reads a byte of input.
package struct WorkerLimits: Sendable, Hashable, Codable {
    /// Address space, RLIMIT_AS.
    package var addressSpaceBytes: UInt64
    /// Processor time of all threads, RLIMIT_CPU.
    package var cpuSeconds: UInt64
    /// Largest file it may write, RLIMIT_FSIZE.
    package var fileSizeBytes: UInt64
    /// The daemon kills the job after this long.
    package var wallSeconds: UInt64

    package init(addressSpaceBytes: UInt64, cpuSeconds: UInt64, fileSizeBytes: UInt64, wallSeconds: UInt64) {
        self.addressSpaceBytes = addressSpaceBytes
        self.cpuSeconds = cpuSeconds
        self.fileSizeBytes = fileSizeBytes
        self.wallSeconds = wallSeconds
    }

    /// `as:cpu:fsize:wall`, for `WorkerEnvironment.limits`.
    package var environmentValue: String { "\(addressSpaceBytes):\(cpuSeconds):\(fileSizeBytes):\(wallSeconds)" }

    /// Undoes `environmentValue`; nil for anything else, and for a limit of 0.
    package init?(environmentValue: String) {
        let parts = environmentValue.split(separator: ":", omittingEmptySubsequences: false).map { UInt64($0) }
        guard parts.count == 4, let space = parts[0], let cpu = parts[1], let file = parts[2], let wall = parts[3],
            space > 0, cpu > 0, file > 0, wall > 0
        else { return nil }
        self.init(addressSpaceBytes: space, cpuSeconds: cpu, fileSizeBytes: file, wallSeconds: wall)
    }
}

/// Environment variables between the daemon and a worker.
package enum WorkerEnvironment {
    /// `WorkerLimits.environmentValue`.
    package static let limits = "FCDWATCH_WORKER_LIMITS"
    /// Process identifier of the daemon, for the check that it is still the parent.
    package static let parent = "FCDWATCH_WORKER_PARENT"
}
