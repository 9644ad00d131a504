import Glibc

/// A regular file, mapped read-only: large weights are read in place and never copied whole.
final class MappedFile {
    /// All bytes of the file.
    let bytes: UnsafeRawBufferPointer

    /// - Throws: `WEIGHTS_UNREADABLE` where there is no such regular file or it cannot be read.
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
        guard facts.st_size > 0 else {
            throw ConvNetError(.truncated, "The file of weights is empty; copy it again.", subject: "size")
        }
        let start = mmap(nil, Int(facts.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let start, start != MAP_FAILED else { throw Self.unreadable("mmap", errno) }
        bytes = UnsafeRawBufferPointer(start: start, count: Int(facts.st_size))
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }

    private static func unreadable(_ call: String, _ code: Int32) -> ConvNetError {
        ConvNetError(
            .unreadable,
            "The file of weights cannot be read: \(String(cString: strerror(code))). Check that it exists and its rights.",
            subject: call)
    }
}
