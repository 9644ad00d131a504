import Glibc

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
