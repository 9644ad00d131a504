import Glibc

/// A worker's side of the conversation: reads the job, writes progress and the one result.
///
/// Opening it points standard output at standard error, so that nothing a library prints can pass for a message.
package struct WorkerChannel: ~Copyable {
    private let output: Int32
    private var hasResult = false
    /// Bytes of a job that are read.
    private static let maximumJobBytes = 64 << 20

    /// - Throws: `SANDBOX_FAILED`.
    package static func open() throws(WatchError) -> WorkerChannel {
        let output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
        guard output >= 0, dup2(STDERR_FILENO, STDOUT_FILENO) == STDOUT_FILENO else {
            throw WatchError(
                .sandboxFailed, "The worker has no standard output or error. Let the service start it.",
                cause: SystemCallError.last("dup2"))
        }
        return WorkerChannel(output: output)
    }

    private init(output: Int32) { self.output = output }

    deinit { close(output) }

    /// Reads standard input to its end.
    package func readJob() throws(WatchError) -> [UInt8] {
        var job: [UInt8] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let got = read(STDIN_FILENO, buffer.baseAddress!, buffer.count)
            if got == 0 { return job }
            guard got > 0 else {
                if errno == EINTR { continue }
                throw Self.broken(.last("read"))
            }
            job.append(contentsOf: buffer[..<got])
            guard job.count <= Self.maximumJobBytes else { throw Self.broken(SystemCallError("read", EFBIG)) }
        }
    }

    /// - Parameter payload: one JSON value.
    package func progress(_ payload: [UInt8]) throws(WatchError) {
        try Self.send(.progress(payload), to: output)
    }

    /// - Parameter payload: one JSON value. Once only, and last.
    package mutating func result(_ payload: [UInt8]) throws(WatchError) {
        precondition(!hasResult, "a job has one result")
        hasResult = true
        try Self.send(.result(payload), to: output)
    }

    /// Sends progress from inside the job, while the channel stays where it is.
    var progressSender: ([UInt8]) throws(WatchError) -> Void {
        let output = output
        return { payload throws(WatchError) in try Self.send(.progress(payload), to: output) }
    }

    private static func send(_ message: WorkerMessage, to output: Int32) throws(WatchError) {
        let line = message.line
        var sent = 0
        while sent < line.count {
            let put = line.withUnsafeBytes { write(output, $0.baseAddress! + sent, line.count - sent) }
            guard put >= 0 else {
                if errno == EINTR { continue }
                throw broken(.last("write"))
            }
            sent += put
        }
    }

    private static func broken(_ cause: SystemCallError) -> WatchError {
        WatchError(.ioFailed, "The conversation with the service broke; the job ends.", cause: cause)
    }
}
