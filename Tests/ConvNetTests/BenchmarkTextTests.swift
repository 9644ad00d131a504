import ConvNet
import Foundation
import Testing

@Suite struct BenchmarkTextTests {
    @Test func shapesAreReadAndWritten() {
        #expect(VolumeShape("160x192x160")?.voxels == SIMD3(160, 192, 160))
        #expect(VolumeShape("1x2x3")?.description == "1x2x3")
        for text in [
            "", "160", "160x192", "160x192x160x1", "0x1x1", "-1x1x1", "1x 2x3", "axbxc", "1x2x", "9999x1x1", "+1x1x1",
        ] {
            #expect(VolumeShape(text) == nil, "\(text)")
        }
    }

    @Test func medianIsTheMiddle() {
        #expect([Double]().median == nil)
        #expect([3.0].median == 3)
        #expect([5.0, 1, 3].median == 3)
        #expect([4.0, 1, 3, 2].median == 2.5)
    }

    @Test func machineIsReadFromTheKernelsFiles() throws {
        try withTemporaryFolder { folder in
            let files = [
                "cpuinfo": """
                processor\t: 0
                model name\t: Some CPU @ 3 GHz
                flags\t\t: fpu fma avx2 avx512f amx_tile amx_bf16
                processor\t: 1
                model name\t: Some CPU @ 3 GHz
                flags\t\t: fpu fma avx2 avx512f amx_tile amx_bf16

                """,
                "meminfo": "MemTotal:       2048 kB\n", "loadavg": "0.75 0.5 0.1 1/200 77\n",
                "sys/kernel/osrelease": "6.1.0-9\n", "self/status": "Name:\tx\nVmHWM:\t    2049 kB\n",
            ]
            for (name, text) in files {
                let file = folder.appending(path: "proc/" + name)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file)
            }
            let facts = MachineFacts.current(root: folder.path)
            #expect(
                facts
                    == MachineFacts(
                        processor: "Some CPU @ 3 GHz", processors: 2,
                        instructions: ["fma", "avx2", "avx512f", "amx_tile", "amx_bf16"], memoryMB: 2,
                        kernel: "6.1.0-9",
                        loadAverage: 0.75))
            #expect(facts.hasAMX)
            #expect(ProcessMemory.peakMB(root: folder.path) == 3)
        }
    }

    @Test func unknownMachineIsCalledSo() throws {
        try withTemporaryFolder { folder in
            let facts = MachineFacts.current(root: folder.path)
            #expect(facts.processor == "unknown" && !facts.hasAMX && facts.loadAverage == nil)
            #expect(ProcessMemory.peakMB(root: folder.path) == nil)
        }
    }
}
