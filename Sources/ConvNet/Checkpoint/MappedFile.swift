import Glibc

/// A regular file, mapped read-only: large weights are read in place and never copied whole.
///
/// The bytes are those of the file: whoever must know that they did not change compares the file's stamp after use.
package final class MappedFile: @unchecked Sendable {
    // Never written, and mapped as long as this lives.
    let bytes: UnsafeRawBufferPointer

    /// - Throws: `WEIGHTS_UNREADABLE` where there is no such regular file or it cannot be read; `WEIGHTS_TRUNCATED` where it
    ///   is empty.
    init(_ path: String) throws(ConvNetError) {
        // Without O_NONBLOCK a named pipe would block here for good.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.unreadable("open", errno) }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw Self.unreadable("fstat", errno) }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw ConvNetError(
                .unreadable, "The weights are no regular file; name the file itself.", subject: "file type")
        }
        let size = Int(facts.st_size)
        guard size > 0 else {
            throw ConvNetError(.truncated, "The file of weights is empty; copy it again.", subject: "size")
        }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw Self.unreadable("mmap", errno)
        }
        bytes = UnsafeRawBufferPointer(start: start, count: size)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }

    /// Calls `body` with all bytes of a file. The bytes are gone afterwards: nothing may keep a pointer to them.
    ///
    /// - Throws: as `init`, and what `body` throws.
    static func withBytes<Result>(
        of path: String, _ body: (UnsafeRawBufferPointer) throws(ConvNetError) -> Result
    ) throws(ConvNetError) -> Result {
        let file = try MappedFile(path)
        defer { withExtendedLifetime(file) {} }
        return try body(file.bytes)
    }

    /// Takes a part's pages out of this process's memory; the next access brings them back from the file.
    func release(_ part: UnsafeRawBufferPointer) {
        guard let start = part.baseAddress else { return }
        let page = 4096
        let first = (Int(bitPattern: start) + page - 1) / page * page
        let end = (Int(bitPattern: start) + part.count) / page * page
        if end > first { madvise(UnsafeMutableRawPointer(bitPattern: first), end - first, MADV_DONTNEED) }
    }

    private static func unreadable(_ call: String, _ code: Int32) -> ConvNetError {
        ConvNetError(
            .unreadable,
            "The file of weights cannot be read: \(String(cString: strerror(code))). Check that it exists and its rights.",
            subject: call)
    }
}
