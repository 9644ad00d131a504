/// What a speed depends on and a report must name: the processor, and what the machine does besides.
package struct MachineFacts: Codable, Sendable, Hashable {
    /// As the kernel calls it, such as "AMD EPYC 9R14"; "unknown" where it does not say.
    package var processor: String
    /// Logical processors of the machine.
    package var processors: Int
    /// Those of `telling` that the processor has.
    package var instructions: [String]
    package var memoryMB: Int
    package var kernel: String
    /// Runnable threads in the last minute. Other work than the measured makes figures worthless.
    package var loadAverage: Double?

    package init(
        processor: String, processors: Int, instructions: [String], memoryMB: Int, kernel: String, loadAverage: Double?
    ) {
        self.processor = processor
        self.processors = processors
        self.instructions = instructions
        self.memoryMB = memoryMB
        self.kernel = kernel
        self.loadAverage = loadAverage
    }

    /// Instruction sets that decide how fast one of the contestants is. With AMX, bf16 runs on units of its own.
    private static let telling = [
        "fma", "avx2", "avx512f", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_tile", "amx_bf16", "amx_int8",
    ]

    package var hasAMX: Bool { instructions.contains { $0.hasPrefix("amx") } }

    /// - Parameter root: the folder that holds proc.
    package static func current(root: String = "/") -> MachineFacts {
        let root = root.hasSuffix("/") ? root : root + "/"
        let lines = (SystemFile.text(root + "proc/cpuinfo") ?? "").split(separator: "\n")
        func value(_ name: String) -> Substring? {
            lines.first { $0.hasPrefix(name) }.flatMap { $0.split(separator: ":", maxSplits: 1).last }
        }
        let flags = Set((value("flags") ?? "").split(separator: " ").map(String.init))
        let memory = SystemFile.text(root + "proc/meminfo").flatMap { SystemFile.number("MemTotal", in: $0) }
        return MachineFacts(
            processor: value("model name").map { String($0.drop { $0 == " " }) } ?? "unknown",
            processors: lines.count { $0.hasPrefix("processor") },
            instructions: telling.filter(flags.contains),
            memoryMB: (memory ?? 0) / 1024,
            kernel: SystemFile.text(root + "proc/sys/kernel/osrelease").map { String($0.prefix { $0 != "\n" }) } ?? "",
            loadAverage: SystemFile.text(root + "proc/loadavg").flatMap { Double($0.prefix { $0 != " " }) })
    }
}

/// Memory of this process.
package enum ProcessMemory {
    /// The most that it ever had resident, in MiB, rounded up; nil where the kernel does not say. Source: VmHWM of proc(5).
    package static func peakMB(root: String = "/") -> Int? {
        SystemFile.text((root.hasSuffix("/") ? root : root + "/") + "proc/self/status")
            .flatMap { SystemFile.number("VmHWM", in: $0) }.map { ($0 + 1023) / 1024 }
    }
}
