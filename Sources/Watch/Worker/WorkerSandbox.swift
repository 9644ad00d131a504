import CSystemd
import Glibc

/// Binds the process to a job's limits. The first thing a worker does, before it reads a byte of input.
///
/// `swift-subprocess` starts children from a thread that lives as long as the daemon, which the parent-death signal
/// needs: it is sent when the starting thread ends.
package enum WorkerSandbox {
    private static let maximumOpenFiles: rlim_t = 1024
    /// Seconds between SIGXCPU and SIGKILL.
    private static let graceCPUSeconds: rlim_t = 5

    /// Reads the limits that `WorkerProcess` put into the environment.
    ///
    /// - Throws: `SANDBOX_FAILED` where there are none: a worker is started by the daemon or with limits of its own.
    package static func limitsFromEnvironment() throws(WatchError) -> WorkerLimits {
        guard let text = getenv(WorkerEnvironment.limits).map({ String(cString: $0) }),
            let limits = WorkerLimits(environmentValue: text)
        else {
            throw WatchError(
                .sandboxFailed, "The worker has no limits. Let the service start it, or set the variable.",
                subject: WorkerEnvironment.limits)
        }
        return limits
    }

    /// Sets limits, dies with the daemon, is the first choice of the OOM killer, and keeps no descriptor but 0, 1, 2.
    ///
    /// Limits are never raised above what the process already has. Call it before the first task sleeps and before any
    /// file or event source is opened: those would be closed too.
    /// - Parameter parent: the daemon's process identifier; nil reads it from the environment, where there may be none.
    /// - Throws: `SANDBOX_FAILED`; the worker must then end without reading its job.
    package static func enter(_ limits: WorkerLimits, parent: Int32? = nil) throws(WatchError) {
        do throws(SystemCallError) {
            try dieWithParent(parent ?? getenv(WorkerEnvironment.parent).flatMap { Int32(String(cString: $0)) })
            guard fcdwatch_close_from(3) == 0 else { throw SystemCallError.last("close_range") }
            umask(0o027)
            try limit(Int32(RLIMIT_CORE.rawValue), 0, 0)
            try limit(
                Int32(RLIMIT_CPU.rawValue), rlim_t(limits.cpuSeconds), rlim_t(limits.cpuSeconds) + graceCPUSeconds)
            try limit(Int32(RLIMIT_FSIZE.rawValue), rlim_t(limits.fileSizeBytes), rlim_t(limits.fileSizeBytes))
            try limit(Int32(RLIMIT_NOFILE.rawValue), maximumOpenFiles, maximumOpenFiles)
            try limit(Int32(RLIMIT_AS.rawValue), rlim_t(limits.addressSpaceBytes), rlim_t(limits.addressSpaceBytes))
            try preferForOOM()
        } catch {
            throw WatchError(
                .sandboxFailed, "The worker could not bind itself to its limits, so it did not start the job.",
                cause: error)
        }
    }

    private static func dieWithParent(_ parent: Int32?) throws(SystemCallError) {
        guard let parent else { return }
        guard fcdwatch_die_with_parent() == 0 else { throw .last("prctl") }
        // The parent may have died before the line above; then nobody sends the signal any more.
        guard getppid() == parent else { throw SystemCallError("getppid", ESRCH) }
    }

    private static func limit(_ resource: Int32, _ soft: rlim_t, _ hard: rlim_t) throws(SystemCallError) {
        var now = rlimit()
        guard getrlimit(__rlimit_resource_t(UInt32(resource)), &now) == 0 else { throw .last("getrlimit") }
        let hard = min(hard, now.rlim_max)
        var wanted = rlimit(rlim_cur: min(soft, hard), rlim_max: hard)
        guard setrlimit(__rlimit_resource_t(UInt32(resource)), &wanted) == 0 else { throw .last("setrlimit") }
    }

    private static func preferForOOM() throws(SystemCallError) {
        let file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { throw .last("open") }
        defer { close(file) }
        let value = Array("1000".utf8)
        guard write(file, value, value.count) == value.count else { throw .last("write") }
    }
}
