import Glibc

/// Where the service takes its time from. Decisions use the monotonic clock only; wall time is for people and records.
package protocol TimeSource: Sendable {
    /// ns since boot, also counting sleep; never runs backwards within one boot.
    func monotonicNS() -> Int64
    /// µs since 1970, UTC; may jump.
    func utcUS() -> Int64
    /// Waits, in the source's own time, until `monotonicNS` is at least `deadline`.
    func sleep(untilMonotonicNS deadline: Int64) async throws
}

/// The system's clocks.
package struct SystemTime: TimeSource {
    package init() {}

    package func monotonicNS() -> Int64 {
        var time = timespec()
        // CLOCK_BOOTTIME: a machine that slept did wait.
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    package func utcUS() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    package func sleep(untilMonotonicNS deadline: Int64) async throws {
        let left = deadline - monotonicNS()
        if left > 0 { try await Task.sleep(for: .nanoseconds(left)) }
    }
}

/// Which boot of the machine this is: monotonic times of different boots cannot be compared.
package enum BootID {
    /// Variable that holds it where the service manager hides the kernel's file.
    package static let variable = "FCDWATCH_BOOT_ID"

    /// 32 hexadecimal digits.
    package static func read() throws(WatchError) -> String {
        if let value = getenv(variable).map({ String(cString: $0) }), value.count == 32,
            value.allSatisfy({ $0.isHexDigit })
        {
            return value.lowercased()
        }
        let text: [UInt8]
        do throws(SystemCallError) {
            text = try SmallFile.read("/proc/sys/kernel/random/boot_id", limit: 64)
        } catch {
            throw WatchError(
                .ioFailed, "The boot's identifier cannot be read. Mount /proc, or set FCDWATCH_BOOT_ID.", cause: error)
        }
        return String(decoding: text.filter { $0 != UInt8(ascii: "-") && $0 != 10 }, as: UTF8.self)
    }
}

/// Reads a whole file of bounded size.
enum SmallFile {
    /// - Throws: `EFBIG` where the file is larger than `limit` bytes.
    static func read(_ path: String, limit: Int) throws(SystemCallError) -> [UInt8] {
        let raw = open(path, O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else { throw .last("open") }
        let file = Descriptor(raw)
        var bytes: [UInt8] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let got = Glibc.read(file.raw, buffer.baseAddress!, buffer.count)
            if got == 0 { return bytes }
            guard got > 0 else {
                if errno == EINTR { continue }
                throw .last("read")
            }
            bytes.append(contentsOf: buffer[..<got])
            guard bytes.count <= limit else { throw SystemCallError("read", EFBIG) }
        }
    }
}
