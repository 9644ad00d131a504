import Glibc

/// The names in one folder, one after the other, in the order of the file system, without `.` and `..`.
struct FolderListing: ~Copyable {
    /// A name; valid until the next is asked for.
    struct Name {
        /// Ends with a zero byte.
        let text: UnsafePointer<CChar>
        let bytes: UnsafeBufferPointer<UInt8>
        /// True or false where the file system says whether it is a folder, nil where it does not say.
        let isFolder: Bool?
    }

    private let stream: OpaquePointer

    init(_ folder: borrowing Descriptor) throws(SystemCallError) {
        // fdopendir takes the descriptor over, so it gets a fresh one with its own position.
        let own = openat(folder.raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0 else { throw .last("openat") }
        guard let stream = fdopendir(own) else {
            let failure = SystemCallError.last("fdopendir")
            close(own)
            throw failure
        }
        self.stream = stream
    }

    deinit { closedir(stream) }

    /// - Returns: nil at the end.
    func next() throws(SystemCallError) -> Name? {
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw .last("readdir") }
                return nil
            }
            let start = UnsafeRawPointer(entry) + MemoryLayout<dirent>.offset(of: \dirent.d_name)!
            let text = start.assumingMemoryBound(to: CChar.self)
            guard strcmp(text, ".") != 0, strcmp(text, "..") != 0 else { continue }
            let type = Int(entry.pointee.d_type)
            return Name(
                text: text,
                bytes: UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: strlen(text)),
                isFolder: type == Int(DT_UNKNOWN) ? nil : type == Int(DT_DIR))
        }
    }
}
