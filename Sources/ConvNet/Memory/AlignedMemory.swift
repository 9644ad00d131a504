import Glibc

/// Float32 memory that begins on a page and may lie on huge pages: what every fast kernel works in.
///
/// Fresh memory is zero. Kernels write to disjoint parts of it from several threads, which no type can say; whoever hands
/// out a part sees to that.
package final class AlignedMemory: @unchecked Sendable {
    package let base: UnsafeMutablePointer<Float>
    /// Number of floats.
    package let count: Int
    /// The mapping that a large area lies in, or nil.
    private let mapping: (start: UnsafeMutableRawPointer, length: Int)?

    /// Larger areas are mapped by themselves, in whole huge pages.
    private static let hugePageBytes = 2 << 20
    private static let pageBytes = 4096

    /// - Precondition: `count` is at least zero. Memory that the system will not give ends the process: whoever starts
    ///   heavy work asks first whether there is enough (`MemoryBudget`).
    package init(count: Int) {
        precondition(count >= 0, "a size is not negative")
        self.count = count
        let bytes = max(64, count * MemoryLayout<Float>.stride)
        let memory: UnsafeMutableRawPointer
        if bytes >= Self.hugePageBytes {
            let length = (bytes + Self.hugePageBytes - 1) / Self.hugePageBytes * Self.hugePageBytes
            let whole = length + Self.hugePageBytes
            guard let start = mmap(nil, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
                start != MAP_FAILED
            else { preconditionFailure("no memory for \(whole) bytes") }
            mapping = (start, whole)
            memory = start.alignedUp(toMultipleOf: Self.hugePageBytes)
            // A page is zero when it is first touched, by the thread that touches it: several share that work, and what is
            // never touched costs nothing.
            madvise(memory, length, MADV_HUGEPAGE)
        } else {
            let length = (bytes + Self.pageBytes - 1) / Self.pageBytes * Self.pageBytes
            var start: UnsafeMutableRawPointer?
            guard posix_memalign(&start, Self.pageBytes, length) == 0, let start else {
                preconditionFailure("no memory for \(length) bytes")
            }
            memset(start, 0, length)
            mapping = nil
            memory = start
        }
        base = memory.bindMemory(to: Float.self, capacity: max(16, count))
    }

    deinit {
        if let mapping { munmap(mapping.start, mapping.length) } else { free(base) }
    }
}
