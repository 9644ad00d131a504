import ConvNet
import Foundation
import Testing

@Suite struct MemoryLimitsTests {
    /// The limits that files under a folder of our own tell.
    private func limits(
        _ files: [String: String], _ limits: ProcessLimits = ProcessLimits()
    ) throws -> MemoryLimits? {
        var result: MemoryLimits?
        try withTemporaryFolder { folder in
            for (path, text) in files {
                let file = folder.appending(path: path)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file)
            }
            result = MemoryLimits.current(root: folder.path, limits: limits)
        }
        return result
    }

    private let meminfo = "MemTotal:       24684096 kB\nMemFree:         1548845 kB\nMemAvailable:    2000000 kB\n"
    private let status = "Name:\tfcdwatch\nVmPeak:\t  900000 kB\nVmSize:\t  800000 kB\nVmData:\t  100000 kB\n"

    @Test func machineBoundsWithoutOtherLimits() throws {
        #expect(try limits(["proc/meminfo": meminfo]) == MemoryLimits(bytes: 2_048_000_000, bound: .machine))
    }

    @Test func nothingIsKnownWithoutTheKernelsFiles() throws {
        #expect(try limits([:]) == nil)
    }

    @Test func controlGroupBoundsAndItsIdleCacheIsFree() throws {
        let group = "sys/fs/cgroup/system.slice/fcdwatch.service/"
        let found = try limits([
            "proc/meminfo": meminfo, "proc/self/cgroup": "0::/system.slice/fcdwatch.service\n",
            group + "memory.max": "1000000000\n", group + "memory.current": "700000000\n",
            group + "memory.stat": "anon 1\nfile 2\ninactive_file 200000000\n",
        ])
        #expect(found == MemoryLimits(bytes: 500_000_000, bound: .controlGroup))
    }

    @Test func groupAroundItBoundsToo() throws {
        let found = try limits([
            "proc/meminfo": meminfo, "proc/self/cgroup": "1:name=systemd:/x\n0::/a/b\n",
            "sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/b/memory.current": "7\n",
            "sys/fs/cgroup/a/memory.max": "900\n", "sys/fs/cgroup/a/memory.current": "1000\n",
        ])
        #expect(found == MemoryLimits(bytes: 0, bound: .controlGroup))
    }

    @Test func groupWithoutLimitDoesNotBound() throws {
        let found = try limits([
            "proc/meminfo": meminfo, "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n",
            "sys/fs/cgroup/memory.current": "1000\n",
        ])
        #expect(found?.bound == .machine)
    }

    @Test func addressSpaceAndDataBound() throws {
        let files = ["proc/meminfo": meminfo, "proc/self/status": status]
        #expect(
            try limits(files, ProcessLimits(addressSpace: 1_000_000_000))
                == MemoryLimits(bytes: 1_000_000_000 - 819_200_000, bound: .addressSpace))
        #expect(
            try limits(files, ProcessLimits(addressSpace: 1_000_000_000, data: 110_000_000))
                == MemoryLimits(bytes: 110_000_000 - 102_400_000, bound: .data))
        #expect(try limits(files, ProcessLimits(addressSpace: 1)) == MemoryLimits(bytes: 0, bound: .addressSpace))
    }

    @Test func nonsenseIsLeftOut() throws {
        #expect(try limits(["proc/meminfo": "MemAvailable: many kB\nMemAvailableToo: 5 kB\n"]) == nil)
    }

    @Test func thisMachineTellsItsMemory() throws {
        #expect(try #require(MemoryLimits.current()).bytes > 0)
    }
}
