import Glibc

/// Who writes: the same in every audit row of one run of the program.
package struct RunIdentity: Sendable, Hashable {
    /// Name and version, with the build's hash where it is known: `fcdwatch 1.0.0 (3f2a…)`.
    package var software: String
    /// SHA-256 of the configuration in force; nil where there is none.
    package var configHash: String?
    /// The kernel's random name of this boot, which tells one monotonic clock from the next.
    package var bootID: String
    /// Random name of this run.
    package var runID: String
    /// `service`, or the user and the command.
    package var actor: String

    package init(software: String, configHash: String?, bootID: String, runID: String, actor: String) {
        self.software = software
        self.configHash = configHash
        self.bootID = bootID
        self.runID = runID
        self.actor = actor
    }

    /// This process on this machine, with a new `runID`.
    ///
    /// - Throws: `LEDGER_NO_FILE` where the kernel does not tell its boot identifier.
    package static func current(software: String, configHash: String?, actor: String) throws(LedgerError) -> RunIdentity
    {
        let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw LedgerFile.failure("read") }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { throw LedgerFile.failure("read") }
        let bootID = String(decoding: bytes.prefix(count).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return RunIdentity(
            software: software, configHash: configHash, bootID: bootID,
            runID: Hexadecimal.encode((0..<8).map { _ in UInt8.random(in: .min ... .max) }), actor: actor)
    }
}
