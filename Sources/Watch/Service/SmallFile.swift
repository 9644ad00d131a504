import Glibc

/// Reads a whole file of bounded size.
enum SmallFile {
    /// - Throws: `EFBIG` where the file is larger than `limit` bytes.
    static func read(_ path: String, limit: Int) throws(SystemCallError) -> [UInt8] {
        let raw = open(path, O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else { throw .last("open") }
        let file = Descriptor(raw)
        var bytes: [UInt8] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let got = Glibc.read(file.raw, buffer.baseAddress!, buffer.count)
            if got == 0 { return bytes }
            guard got > 0 else {
                if errno == EINTR { continue }
                throw .last("read")
            }
            bytes.append(contentsOf: buffer[..<got])
            guard bytes.count <= limit else { throw SystemCallError("read", EFBIG) }
        }
    }
}
