import Glibc
import Testing
import Watch

/// Each test binds a process of its own, not the one that runs the others.
@Suite struct WorkerSandboxTests {
    @Test func limitsHold() async {
        await #expect(processExitsWith: .exitCode(42)) {
            let limits = WorkerLimits(
                addressSpaceBytes: 4 << 30, cpuSeconds: 33, fileSizeBytes: 1 << 20, wallSeconds: 9)
            let extra = dup(1)
            try WorkerSandbox.enter(limits, parent: getppid())
            var seen = rlimit()
            getrlimit(__rlimit_resource_t(UInt32(RLIMIT_CPU.rawValue)), &seen)
            guard seen.rlim_cur == 33, seen.rlim_max == 38 else { _exit(1) }
            getrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &seen)
            guard seen.rlim_cur == 1 << 20, seen.rlim_max == 1 << 20 else { _exit(2) }
            getrlimit(__rlimit_resource_t(UInt32(RLIMIT_CORE.rawValue)), &seen)
            guard seen.rlim_max == 0 else { _exit(3) }
            guard fcntl(extra, F_GETFD) == -1 else { _exit(4) }
            guard umask(0) == 0o027 else { _exit(5) }
            guard mmap(nil, 5 << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED else { _exit(6) }
            _exit(42)
        }
    }

    @Test func aDeadParentIsNoticed() async {
        await #expect(processExitsWith: .exitCode(43)) {
            let limits = WorkerLimits(
                addressSpaceBytes: 4 << 30, cpuSeconds: 33, fileSizeBytes: 1 << 20, wallSeconds: 9)
            do throws(WatchError) {
                try WorkerSandbox.enter(limits, parent: getppid() + 1)
            } catch {
                _exit(error.code == .sandboxFailed ? 43 : 1)
            }
            _exit(2)
        }
    }

    @Test func aWorkerWithoutLimitsDoesNotStart() {
        let error = #expect(throws: WatchError.self) { try WorkerSandbox.limitsFromEnvironment() }
        #expect(error?.code == .sandboxFailed)
    }
}
