/// Asks for memory before work begins: a clear error now instead of the kernel's end in the middle.
package struct MemoryBudget: Sendable {
    /// Nil where nothing is known of the machine's memory; then nothing is refused.
    package let limits: MemoryLimits?

    package init(limits: MemoryLimits?) { self.limits = limits }

    /// What this process may take now.
    package static var current: MemoryBudget { MemoryBudget(limits: .current()) }

    /// - Parameters:
    ///   - bytes: what the work will take beside what the process has already
    ///   - work: what it is, for the message, as in "A forward pass of 160x192x160 voxels"
    /// - Throws: `NOT_ENOUGH_MEMORY`
    package func require(_ bytes: Int, for work: String) throws(ConvNetError) {
        guard let limits, limits.bytes < bytes else { return }
        throw ConvNetError(
            .notEnoughMemory,
            "\(work) needs \(Self.megabytes(bytes)) MB of memory, and \(Self.megabytes(limits.bytes)) MB are left by "
                + "\(limits.bound.rawValue). Free memory or raise the limit, then try again; fewer threads and smaller "
                + "images need less.",
            subject: "memory")
    }

    /// Whole megabytes (10⁶ bytes), rounded up.
    static func megabytes(_ bytes: Int) -> Int { (bytes + 999_999) / 1_000_000 }
}
