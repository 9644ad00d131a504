import Crypto
import Glibc

/// Reading and writing whole files of a bundle: regular files only, symbolic links are not followed.
enum RegularFile {
    /// Why a file could not be read or written: the system's error number.
    struct Failure: Error, CustomStringConvertible {
        var errorNumber: Int32
        var description: String { String(cString: strerror(errorNumber)) }
    }

    /// Bytes read from the disk at a time.
    private static let chunkBytes = 1 << 20

    /// The content of a file of at most `limit` bytes.
    static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        var content: [UInt8] = []
        try forEachChunk(of: path) { chunk throws(Failure) in
            guard content.count + chunk.count <= limit else { throw Failure(errorNumber: EFBIG) }
            content.append(contentsOf: chunk)
        }
        return content
    }

    /// SHA-256 of a file, hexadecimal, reading it piece by piece.
    static func sha256(_ path: String) throws(Failure) -> String {
        var hash = SHA256()
        try forEachChunk(of: path) { chunk throws(Failure) in hash.update(bufferPointer: chunk) }
        return hex(hash.finalize())
    }

    /// SHA-256 of bytes in memory, hexadecimal.
    static func sha256(_ bytes: [UInt8]) -> String { hex(SHA256.hash(data: bytes)) }

    /// Writes a new file and forces it to the disk; fails where one exists.
    static func create(_ path: String, _ bytes: [UInt8]) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Failure(errorNumber: errno) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let n = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written) }
            if n < 0, errno == EINTR { continue }
            guard n > 0 else { throw Failure(errorNumber: n < 0 ? errno : EIO) }
            written += n
        }
        guard fsync(descriptor) == 0 else { throw Failure(errorNumber: errno) }
    }

    /// Writes a file whole or not at all, in place of one of the same name.
    static func replace(_ path: String, _ bytes: [UInt8]) throws(Failure) {
        let partial = "\(path).partial-\(getpid())"
        unlink(partial)
        try create(partial, bytes)
        guard rename(partial, path) == 0 else { throw Failure(errorNumber: errno) }
    }

    /// Forces a folder's entries to the disk.
    static func synchronise(folder: String) throws(Failure) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(errorNumber: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Failure(errorNumber: errno) }
    }

    /// Removes a folder and the files in it as far as that is possible; what stays has a name that nobody reads.
    static func discard(folder: String) {
        guard let stream = opendir(folder) else { return }
        while let entry = readdir(stream) { unlink(folder + "/" + name(of: entry)) }
        closedir(stream)
        rmdir(folder)
    }

    /// The names in a folder, sorted, without `.` and `..`.
    static func names(in folder: String) throws(Failure) -> [String] {
        guard let stream = opendir(folder) else { throw Failure(errorNumber: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = name(of: entry)
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
        let capacity = MemoryLayout.size(ofValue: entry.pointee.d_name)
        return withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: capacity) { String(cString: $0) }
        }
    }

    private static func forEachChunk(
        of path: String, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Failure(errorNumber: errno) }
        defer { close(descriptor) }
        guard FileStamp(descriptor: descriptor, name: "") != nil else { throw Failure(errorNumber: EINVAL) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let n = Glibc.read(descriptor, buffer.baseAddress, chunkBytes)
            if n < 0, errno == EINTR { continue }
            guard n >= 0 else { throw Failure(errorNumber: errno) }
            if n == 0 { return }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<n]))
        }
    }

    private static func hex(_ digest: SHA256.Digest) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
