import CSystemd
import Glibc
import Imaging
import Subprocess
import Synchronization

/// Runs one job in a process of its own and says how that ended. Nothing the child does can do more than end it.
package struct WorkerProcess: Sendable {
    /// Absolute path; by default this very program.
    package var executable: String
    /// Its arguments, without its own name.
    package var arguments: [String]
    /// Bytes of standard output that are read before the job is stopped.
    package var maximumOutputBytes: Int
    /// Bytes of standard error that are kept: the last ones.
    package var maximumErrorBytes: Int

    package init(
        executable: String = "/proc/self/exe", arguments: [String] = ["worker"], maximumOutputBytes: Int = 64 << 20,
        maximumErrorBytes: Int = 64 << 10
    ) {
        self.executable = executable
        self.arguments = arguments
        self.maximumOutputBytes = maximumOutputBytes
        self.maximumErrorBytes = maximumErrorBytes
    }

    /// Runs a job to its end, its limit, or the task's cancellation; the whole process group is gone on return.
    ///
    /// - Parameters:
    ///   - job: JSON, the whole of standard input.
    ///   - environment: all of the child's environment but the two variables of `WorkerEnvironment`.
    ///   - onProgress: called with the JSON payload of each progress line, in order, never after the return.
    package func run(
        job: [UInt8], limits: WorkerLimits, environment: [String: String] = WorkerProcess.environment(),
        onProgress: @escaping @Sendable ([UInt8]) -> Void = { _ in }
    ) async -> WorkerRun {
        let start = ContinuousClock.now
        let group = ProcessGroup()
        var run = await withTaskCancellationHandler {
            await withTaskGroup(of: WorkerRun?.self) { tasks in
                tasks.addTask { await runToEnd(job, limits, environment, group, onProgress) }
                tasks.addTask {
                    do {
                        try await Task.sleep(for: .seconds(limits.wallSeconds))
                        group.kill(because: .timedOut)
                    } catch is CancellationError {
                        // reason: the job ended first.
                    } catch {
                        group.kill(because: .timedOut)
                    }
                    return nil
                }
                var finished: WorkerRun?
                for await run in tasks {
                    guard let run else { continue }
                    finished = run
                    tasks.cancelAll()
                }
                return finished ?? WorkerRun(outcome: .couldNotStart("no task ran"), standardError: [], seconds: 0)
            }
        } onCancel: {
            group.kill(because: .cancelled)
        }
        let seconds = start.duration(to: .now)
        run.seconds = Double(seconds.components.seconds) + Double(seconds.components.attoseconds) * 1e-18
        return run
    }

    /// What a worker needs of this process's environment, and the thread settings that keep libraries from starting
    /// threads of their own when they are loaded.
    package static func environment() -> [String: String] {
        var environment = [
            "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "LC_ALL": "C.UTF-8", "LIBDISPATCH_LOG": "NO",
        ]
        for name in ["PATH", "DCMDICTPATH", "SWIFT_BACKTRACE", "TMPDIR", "TZ"] {
            if let value = getenv(name) { environment[name] = String(cString: value) }
        }
        return environment
    }

    private func runToEnd(
        _ job: [UInt8], _ limits: WorkerLimits, _ environment: [String: String], _ group: ProcessGroup,
        _ onProgress: @escaping @Sendable ([UInt8]) -> Void
    ) async -> WorkerRun {
        var options = PlatformOptions()
        options.createSession = true
        var variables = environment
        variables[WorkerEnvironment.limits] = limits.environmentValue
        variables[WorkerEnvironment.parent] = String(getpid())
        let maximumOutputBytes = maximumOutputBytes
        let maximumErrorBytes = maximumErrorBytes
        do {
            let ended = try await Subprocess.run(
                .path(Self.literal(executable)), arguments: Arguments(arguments),
                environment: .custom(
                    Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), $1) })),
                platformOptions: options,
                input: .fileDescriptor(Self.raw(try jobFile(job)), closeAfterSpawningProcess: true),
                output: .sequence, error: .sequence
            ) { execution in
                group.started(execution.processIdentifier.value)
                async let errors = Self.tail(of: execution.standardError, maximumErrorBytes)
                async let output = Self.read(execution.standardOutput, maximumOutputBytes, group, onProgress)
                return await (output: output, errors: errors)
            }
            let reason = group.ended()
            let (output, errors) = ended.closureResult
            return WorkerRun(
                outcome: Self.outcome(ended.terminationStatus, output, errors, reason), standardError: errors,
                seconds: 0)
        } catch {
            let reason = group.ended()
            let outcome: WorkerOutcome =
                reason == .cancelled || error is CancellationError ? .cancelled : .couldNotStart("\(error)")
            return WorkerRun(outcome: outcome, standardError: [], seconds: 0)
        }
    }

    /// A file in memory that holds the job. Not a pipe: a child that ends without reading one would end the daemon too,
    /// by SIGPIPE.
    private func jobFile(_ job: [UInt8]) throws(SystemCallError) -> Int32 {
        let file = fcdwatch_memory_file()
        guard file >= 0 else { throw .last("memfd_create") }
        var written = 0
        while written < job.count {
            let put = job.withUnsafeBytes { pwrite(file, $0.baseAddress! + written, job.count - written, written) }
            guard put > 0 else {
                if errno == EINTR { continue }
                let failure = SystemCallError.last("pwrite")
                close(file)
                throw failure
            }
            written += put
        }
        return file
    }

    /// Makes a value of the library's own path type, which this target does not depend on by name.
    private static func literal<Path: ExpressibleByStringLiteral>(_ text: String) -> Path
    where Path.StringLiteralType == String {
        Path(stringLiteral: text)
    }

    /// The same for its type of file descriptor.
    private static func raw<File: RawRepresentable<Int32>>(_ number: Int32) throws -> File {
        guard let file = File(rawValue: number) else { throw SystemCallError("memfd_create", EBADF) }
        return file
    }

    private static func outcome(
        _ status: TerminationStatus, _ output: WorkerOutputReader, _ errors: [UInt8], _ reason: ProcessGroup.Reason?
    ) -> WorkerOutcome {
        switch (reason, status) {
        case (.cancelled, _): .cancelled
        case (.tooMuchOutput, _): output.outcome()
        // A job that had just ended by itself when its time was up has a result like any other.
        case (_, .exited(0)): output.outcome()
        case (.timedOut, _): .timedOut
        case (nil, .exited(let status)): .of(exit: status, standardError: errors)
        case (nil, .signaled(let number)): .of(signal: number, standardError: errors)
        }
    }

    private static func read(
        _ stream: SubprocessOutputSequence, _ limit: Int, _ group: ProcessGroup,
        _ onProgress: @Sendable ([UInt8]) -> Void
    ) async -> WorkerOutputReader {
        var reader = WorkerOutputReader(limit: limit)
        do {
            for try await buffer in stream {
                let bytes = buffer.withUnsafeBytes { Array($0) }
                reader.append(bytes).forEach(onProgress)
                if reader.isOverLimit { group.kill(because: .tooMuchOutput) }
            }
        } catch {
            // reason: the pipe broke; what was read so far decides, and an unfinished line is no result.
        }
        return reader
    }

    private static func tail(of stream: SubprocessOutputSequence, _ limit: Int) async -> [UInt8] {
        var tail: [UInt8] = []
        do {
            for try await buffer in stream {
                buffer.withUnsafeBytes { tail.append(contentsOf: $0) }
                if tail.count > 2 * limit { tail.removeFirst(tail.count - limit) }
            }
        } catch {
            // reason: the pipe broke; what was read so far is all there is.
        }
        return Array(tail.suffix(limit))
    }
}
