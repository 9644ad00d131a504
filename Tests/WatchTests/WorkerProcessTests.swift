import Glibc
import Synchronization
import Testing
import Watch

@Suite(.timeLimit(.minutes(10))) struct WorkerProcessTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func run(
        _ script: String, job: [UInt8] = Array("{}".utf8), wall: UInt64 = 30, maximumOutputBytes: Int = 64 << 20,
        environment: [String: String] = ["PATH": "/usr/bin:/bin"],
        onProgress: @escaping @Sendable ([UInt8]) -> Void = { _ in }
    ) async throws -> WorkerRun {
        let process = WorkerProcess(
            executable: try folder.script(script), arguments: ["worker"], maximumOutputBytes: maximumOutputBytes,
            maximumErrorBytes: 1000)
        return await process.run(
            job: job, limits: limits(wall: wall), environment: environment, onProgress: onProgress)
    }

    private func limits(wall: UInt64) -> WorkerLimits {
        WorkerLimits(addressSpaceBytes: 1 << 30, cpuSeconds: 100, fileSizeBytes: 1 << 20, wallSeconds: wall)
    }

    /// True once the process is dead; a killed one may take a moment, and nobody may wait for it.
    private func isGone(_ pid: Int32) async throws -> Bool {
        for _ in 0..<500 {
            if kill(pid, 0) != 0 { return true }
            let line = String(decoding: try folder.read("/proc/\(pid)/stat"), as: UTF8.self)
            if line.isEmpty || line.contains(") Z ") { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    @Test func jobGoesInProgressAndResultComeOut() async throws {
        let seen = Mutex<[String]>([])
        let run = try await run(
            #"""
            read -r job
            echo '{"progress":{"step":1}}'
            echo '{"progress":{"step":2}}'
            echo "{\"result\":$job}"
            """#, job: Array(#"{"kind":"inspect"}"#.utf8)
        ) { payload in seen.withLock { $0.append(String(decoding: payload, as: UTF8.self)) } }
        #expect(run.outcome == .result(Array(#"{"kind":"inspect"}"#.utf8)))
        #expect(seen.withLock { $0 } == [#"{"step":1}"#, #"{"step":2}"#])
        #expect(run.seconds > 0)
    }

    @Test func limitsAndParentAreInTheEnvironmentAndNothingElseIs() async throws {
        let run = try await run(
            #"echo "{\"result\":\"$FCDWATCH_WORKER_LIMITS $FCDWATCH_WORKER_PARENT $HOME $1\"}""#,
            wall: 17)
        #expect(run.outcome == .result(Array("\"1073741824:100:1048576:17 \(getpid())  worker\"".utf8)))
    }

    @Test func aLargeResultArrivesWhole() async throws {
        let run = try await run(
            #"printf '{"result":"'; head -c 20000000 /dev/zero | tr '\0' a; printf '"}\n'"#)
        guard case .result(let bytes) = run.outcome else {
            Issue.record("\(run.outcome.code ?? "")")
            return
        }
        #expect(bytes.count == 20_000_002)
    }

    @Test(arguments: [
        ("exit 3", "WORKER_FAILED"), ("exit 71", "WORKER_OUT_OF_MEMORY"),
        (#"echo '{"result":1}'; exit 1"#, "WORKER_FAILED"),
        ("echo 'terminate: std::bad_alloc' >&2; kill -ABRT $$", "WORKER_OUT_OF_MEMORY"),
        ("kill -SEGV $$", "WORKER_CRASHED"), ("kill -KILL $$", "WORKER_OUT_OF_MEMORY"),
        ("kill -XCPU $$", "WORKER_TIMEOUT"), ("kill -XFSZ $$", "WORKER_FILE_TOO_LARGE"),
        ("exit 0", "WORKER_BAD_OUTPUT"), ("echo hello", "WORKER_BAD_OUTPUT"),
        (#"echo hello; echo '{"result":1}'"#, "WORKER_BAD_OUTPUT"),
        (#"echo '{"result":1}'; echo '{"result":2}'"#, "WORKER_BAD_OUTPUT"),
        (#"printf '{"result":1}'"#, "WORKER_BAD_OUTPUT"), (#"echo '{"result":1'"#, "WORKER_BAD_OUTPUT"),
    ])
    func everyEndHasAName(_ script: String, _ code: String) async throws {
        #expect(try await run(script).outcome.code == code)
    }

    @Test func theJobNeedNotBeRead() async throws {
        let run = try await run(#"exec <&-; echo '{"result":1}'"#, job: [UInt8](repeating: 32, count: 4 << 20))
        #expect(run.outcome == .result([UInt8(ascii: "1")]))
    }

    @Test func timeIsUpForTheWholeGroup() async throws {
        let file = folder.path + "/pid"
        let run = try await run("sleep 1000 & echo $! > \(file); wait", wall: 1)
        #expect(run.outcome == .timedOut)
        let text = String(decoding: try folder.bytes("pid"), as: UTF8.self)
        #expect(try await isGone(try #require(Int32(text.split(separator: "\n")[0]))))
    }

    @Test func whatAWorkerLeavesBehindIsEnded() async throws {
        let file = folder.path + "/pid"
        let run = try await run(#"sleep 1000 >&- 2>&- & echo $! > \#(file); echo '{"result":1}'"#)
        #expect(run.outcome == .result([UInt8(ascii: "1")]))
        let text = String(decoding: try folder.bytes("pid"), as: UTF8.self)
        #expect(try await isGone(try #require(Int32(text.split(separator: "\n")[0]))))
    }

    @Test func endlessOutputIsStopped() async throws {
        let run = try await run("exec yes", maximumOutputBytes: 100_000)
        #expect(run.outcome.code == "WORKER_BAD_OUTPUT")
    }

    @Test func onlyTheTailOfStandardErrorIsKept() async throws {
        let run = try await run(#"head -c 100000 /dev/zero >&2; printf end >&2; echo '{"result":1}'"#)
        #expect(run.standardError.count == 1000)
        #expect(run.standardError.suffix(3).elementsEqual("end".utf8))
    }

    @Test func cancellationEndsTheJob() async throws {
        let started = AsyncStream.makeStream(of: Void.self)
        let process = WorkerProcess(
            executable: try folder.script(#"echo '{"progress":1}'; sleep 1000"#), arguments: [])
        let limits = limits(wall: 900)
        let task = Task {
            await process.run(job: [], limits: limits) { _ in started.continuation.yield() }
        }
        for await _ in started.stream { break }
        task.cancel()
        #expect(await task.value.outcome == .cancelled)
    }

    /// The parent-death signal comes when the thread that started the child ends: that thread must outlive the job.
    @Test(.enabled(if: access("/usr/bin/setpriv", X_OK) == 0, "needs setpriv"))
    func theStartingThreadOutlivesTheJob() async throws {
        let run = try await run(
            #"exec setpriv --pdeathsig KILL sh -c 'sleep 0.5; echo "{\"result\":1}"'"#)
        #expect(run.outcome == .result([UInt8(ascii: "1")]))
    }

    @Test func nothingStaysOpen() async throws {
        // The other suites open files meanwhile, so it is the jobs' own file in memory that is counted.
        for _ in 0..<60 { _ = try await run("exit 0") }
        let missing = WorkerProcess(executable: folder.path + "/none", arguments: [])
        for _ in 0..<60 { _ = await missing.run(job: [1], limits: limits(wall: 5)) }
        var open = 0
        for descriptor in 0..<1024 as Range<Int32> {
            var name = [CChar](repeating: 0, count: 64)
            guard readlink("/proc/self/fd/\(descriptor)", &name, 63) > 0 else { continue }
            if String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self).contains("memfd:job") { open += 1 }
        }
        // At most those of jobs that run in other tests at this moment.
        #expect(open <= 40)
    }

    @Test func aMissingProgramIsAnOutcome() async {
        let process = WorkerProcess(executable: folder.path + "/none", arguments: [])
        #expect(await process.run(job: [], limits: limits(wall: 5)).outcome.code == "WORKER_NOT_STARTED")
    }

    @Test func limitsSurviveTheEnvironment() {
        let limits = limits(wall: 9)
        #expect(WorkerLimits(environmentValue: limits.environmentValue) == limits)
        for text in ["", "1:2:3", "1:2:3:x", "0:1:1:1", "1:2:3:4:5", "-1:1:1:1"] {
            #expect(WorkerLimits(environmentValue: text) == nil)
        }
    }
}
