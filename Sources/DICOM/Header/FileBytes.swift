internal import Glibc

/// A regular file, read by position.
final class FileBytes {
    private let descriptor: CInt
    let count: Int

    init(path: String) throws(DICOMError) {
        let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard opened >= 0 else { throw DICOMError(.unreadable, "The file cannot be opened (errno \(errno)).") }
        var facts = stat()
        guard fstat(opened, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            close(opened)
            throw DICOMError(.notDICOM, "This is no regular file.")
        }
        descriptor = opened
        count = Int(facts.st_size)
    }

    deinit { close(descriptor) }

    /// At most `count` bytes from `offset`; fewer at the end of the file.
    func read(at offset: Int, count: Int) throws(DICOMError) -> [UInt8] {
        var failure: CInt = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = 0
            while filled < count, let base = buffer.baseAddress {
                let got = pread(descriptor, base + filled, count - filled, off_t(offset + filled))
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                filled += got
            }
        }
        guard failure == 0 else { throw DICOMError(.unreadable, "The file cannot be read (errno \(failure)).") }
        return bytes
    }
}
