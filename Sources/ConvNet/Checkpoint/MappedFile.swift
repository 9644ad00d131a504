import Glibc

/// Regular files, mapped read-only: large weights are read in place and never copied whole.
enum MappedFile {
    /// Calls `body` with all bytes of a file. The bytes are gone afterwards: nothing may keep a pointer to them.
    ///
    /// - Throws: `WEIGHTS_UNREADABLE` where there is no such regular file or it cannot be read; `WEIGHTS_TRUNCATED` where it
    ///   is empty; what `body` throws.
    static func withBytes<Result>(
        of path: String, _ body: (UnsafeRawBufferPointer) throws(ConvNetError) -> Result
    ) throws(ConvNetError) -> Result {
        // Without O_NONBLOCK a named pipe would block here for good.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable("open", errno) }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw unreadable("fstat", errno) }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw ConvNetError(
                .unreadable, "The weights are no regular file; name the file itself.", subject: "file type")
        }
        let size = Int(facts.st_size)
        guard size > 0 else {
            throw ConvNetError(.truncated, "The file of weights is empty; copy it again.", subject: "size")
        }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw unreadable("mmap", errno)
        }
        defer { munmap(start, size) }
        return try body(UnsafeRawBufferPointer(start: start, count: size))
    }

    private static func unreadable(_ call: String, _ code: Int32) -> ConvNetError {
        ConvNetError(
            .unreadable,
            "The file of weights cannot be read: \(String(cString: strerror(code))). Check that it exists and its rights.",
            subject: call)
    }
}
