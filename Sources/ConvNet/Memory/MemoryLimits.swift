import Glibc

/// Limits that the process was started with, and what it has of them, in bytes; nil where there is none.
package struct ProcessLimits: Sendable, Hashable {
    /// RLIMIT_AS
    package var addressSpace: Int?
    /// RLIMIT_DATA
    package var data: Int?

    package init(addressSpace: Int? = nil, data: Int? = nil) {
        self.addressSpace = addressSpace
        self.data = data
    }

    /// Those of this process now.
    package static var current: ProcessLimits {
        func limit(_ resource: __rlimit_resource) -> Int? {
            var now = rlimit()
            guard getrlimit(Int32(resource.rawValue), &now) == 0, now.rlim_cur != rlim_t.max else { return nil }
            return Int(clamping: now.rlim_cur)
        }
        return ProcessLimits(addressSpace: limit(RLIMIT_AS), data: limit(RLIMIT_DATA))
    }
}

/// Memory that the process may still take, and what bounds it.
package struct MemoryLimits: Sendable, Hashable {
    package enum Bound: String, Sendable, Codable {
        case machine = "the machine's free memory"
        case controlGroup = "the memory limit of the control group (MemoryMax= of a service)"
        case addressSpace = "the limit of the address space (RLIMIT_AS, LimitAS= of a service)"
        case data = "the limit of the data segment (RLIMIT_DATA, LimitDATA= of a service)"
    }

    package var bytes: Int
    package var bound: Bound

    package init(bytes: Int, bound: Bound) {
        self.bytes = bytes
        self.bound = bound
    }

    /// The tightest bound; nil where the kernel names none at all.
    ///
    /// Memory that the kernel can take back at once counts as free: MemAvailable of the machine, the file cache not in use
    /// of a control group (version 2; the limits of all groups around it hold too). Sources: proc(5), the kernel's
    /// cgroup-v2.rst, getrlimit(2).
    /// - Parameter root: the folder that holds proc and sys.
    package static func current(root: String = "/", limits: ProcessLimits = .current) -> MemoryLimits? {
        let root = root.hasSuffix("/") ? root : root + "/"
        let status = SystemFile.text(root + "proc/self/status")
        func used(_ name: String) -> Int { kilobytes(name, status) ?? 0 }
        var all: [MemoryLimits] = []
        if let free = kilobytes("MemAvailable", SystemFile.text(root + "proc/meminfo")) {
            all.append(MemoryLimits(bytes: free, bound: .machine))
        }
        if let free = controlGroup(root) { all.append(MemoryLimits(bytes: free, bound: .controlGroup)) }
        if let limit = limits.addressSpace {
            all.append(MemoryLimits(bytes: max(0, limit - used("VmSize")), bound: .addressSpace))
        }
        if let limit = limits.data {
            all.append(MemoryLimits(bytes: max(0, limit - used("VmData")), bound: .data))
        }
        return all.min { $0.bytes < $1.bytes }
    }

    private static func kilobytes(_ name: String, _ text: String?) -> Int? {
        text.flatMap { SystemFile.number(name, in: $0) }.map { $0 * 1024 }
    }

    /// What the process's control group and those around it leave; nil where none has a limit.
    private static func controlGroup(_ root: String) -> Int? {
        guard let groups = SystemFile.text(root + "proc/self/cgroup"),
            let line = groups.split(separator: "\n").first(where: { $0.hasPrefix("0::") })
        else { return nil }
        var parts = line.dropFirst(3).split(separator: "/")
        var least: Int?
        while true {
            let folder = root + "sys/fs/cgroup/" + parts.map { $0 + "/" }.joined()
            // Without a limit the file says "max".
            if let limit = value(folder + "memory.max"), let current = value(folder + "memory.current") {
                let idle = SystemFile.text(folder + "memory.stat").flatMap {
                    SystemFile.number("inactive_file", in: $0)
                }
                let free = max(0, limit - max(0, current - (idle ?? 0)))
                least = min(least ?? free, free)
            }
            guard parts.popLast() != nil else { return least }
        }
    }

    private static func value(_ path: String) -> Int? {
        SystemFile.text(path).flatMap { Int($0.prefix { $0 != "\n" }) }
    }
}
