import Glibc

/// Float32 memory that begins on a page and may lie on huge pages: what every fast kernel works in.
///
/// Fresh memory is zero. Kernels write to disjoint parts of it from several threads, which no type can say; whoever hands
/// out a part sees to that.
package final class AlignedMemory: @unchecked Sendable {
    package let base: UnsafeMutablePointer<Float>
    /// Number of floats.
    package let count: Int

    /// Larger areas are asked for in whole huge pages.
    private static let hugePageBytes = 2 << 20

    /// - Precondition: `count` is at least zero. Memory that the system will not give ends the process: whoever starts
    ///   heavy work asks first whether there is enough (`MemoryBudget`).
    package init(count: Int) {
        precondition(count >= 0, "a size is not negative")
        let bytes = max(64, count * MemoryLayout<Float>.stride)
        let unit = bytes >= Self.hugePageBytes ? Self.hugePageBytes : 4096
        let length = (bytes + unit - 1) / unit * unit
        var memory: UnsafeMutableRawPointer?
        guard posix_memalign(&memory, unit, length) == 0, let memory else {
            preconditionFailure("no memory for \(length) bytes")
        }
        if unit == Self.hugePageBytes { madvise(memory, length, MADV_HUGEPAGE) }
        memset(memory, 0, length)
        base = memory.bindMemory(to: Float.self, capacity: length / MemoryLayout<Float>.stride)
        self.count = count
    }

    deinit { free(base) }
}
