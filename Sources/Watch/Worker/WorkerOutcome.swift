import Glibc

/// Every way a worker can end.
package enum WorkerOutcome: Sendable, Hashable {
    /// The payload of its one result line; the exit status was 0.
    case result([UInt8])
    /// A non-zero exit status.
    case exited(Int32)
    /// Killed by a signal that none of the cases below explains.
    case signalled(Int32)
    /// The wall clock or the limit on processor time.
    case timedOut
    /// The limit on address space, or the kernel's out-of-memory killer.
    case outOfMemory
    /// It tried to write a larger file than it may.
    case fileTooLarge
    /// Exit status 0 without exactly one well-formed result, or more output than is read.
    case badOutput(String)
    case couldNotStart(String)
    /// The daemon is stopping; nothing was learned about the job.
    case cancelled

    /// Stable code; nil for a result.
    package var code: String? {
        switch self {
        case .result: nil
        case .exited: "WORKER_FAILED"
        case .signalled: "WORKER_CRASHED"
        case .timedOut: "WORKER_TIMEOUT"
        case .outOfMemory: "WORKER_OUT_OF_MEMORY"
        case .fileTooLarge: "WORKER_FILE_TOO_LARGE"
        case .badOutput: "WORKER_BAD_OUTPUT"
        case .couldNotStart: "WORKER_NOT_STARTED"
        case .cancelled: "WORKER_CANCELLED"
        }
    }

    /// What happened and what to do, free of anything the worker wrote.
    package var message: String {
        switch self {
        case .result: "The job ended with a result."
        case .exited(let status): "The job ended with exit status \(status). Retry; report it if it recurs."
        case .signalled(let number):
            "The job was ended by signal \(number). A damaged file is the likely cause; retry once, then resend."
        case .timedOut: "The job took longer than its limit. Raise worker.wallSeconds or worker.cpuSeconds, then retry."
        case .outOfMemory: "The job needed more memory than its limit. Raise worker.memoryMB, then retry."
        case .fileTooLarge: "The job tried to write a file beyond worker.fileMB. Raise it, then retry."
        case .badOutput(let why): "The job ended without a usable result: \(why). Retry; report it if it happens again."
        case .couldNotStart(let why): "The job could not be started: \(why). Check memory and the number of processes."
        case .cancelled: "The service stopped before the job ended. It is run again at the next start."
        }
    }

    /// True where the machine is at fault and not the job: no process, no library, no sandbox. Any job would end so.
    package var isMachineFault: Bool {
        switch self {
        case .couldNotStart: true
        // EX_SOFTWARE of `WorkerMain`, and what a dynamic loader or a shell ends with.
        case .exited(let status): [70, 126, 127].contains(status)
        default: false
        }
    }

    /// Names what a signal or an exit status stands for.
    ///
    /// - Parameter standardError: the tail of it; only searched for the marks that allocators leave.
    static func of(exit status: Int32, standardError: [UInt8]) -> WorkerOutcome {
        status == WorkerExit.outOfMemory || hasMemoryMark(standardError) ? .outOfMemory : .exited(status)
    }

    static func of(signal number: Int32, standardError: [UInt8]) -> WorkerOutcome {
        switch number {
        case SIGXCPU: .timedOut
        case SIGXFSZ: .fileTooLarge
        // The daemon's own SIGKILL is told apart before this; another one comes from the kernel's OOM killer.
        case SIGKILL: .outOfMemory
        default: hasMemoryMark(standardError) ? .outOfMemory : .signalled(number)
        }
    }

    private static func hasMemoryMark(_ text: [UInt8]) -> Bool {
        let text = String(decoding: text, as: UTF8.self)
        return ["std::bad_alloc", "Cannot allocate memory", "memory allocation", "out of memory"].contains {
            text.contains($0)
        }
    }
}

/// Exit statuses of a worker that mean something to the daemon.
package enum WorkerExit {
    /// EX_OSERR: the worker itself noticed that memory ran out.
    package static let outOfMemory: Int32 = 71
}

/// How a worker ended, and what was seen of it.
package struct WorkerRun: Sendable {
    /// How it ended.
    package var outcome: WorkerOutcome
    /// The last bytes it wrote to standard error. May hold text from files: keep it in the case's private folder, never
    /// log it.
    package var standardError: [UInt8]
    /// Wall time from start to end.
    package var seconds: Double
}
