import Glibc

/// What the file system says about a file without reading it: enough to notice that somebody wrote to it.
package struct FileStamp: Codable, Sendable, Hashable {
    /// Name inside the bundle's folder.
    package var name: String
    package var device: UInt64
    package var inode: UInt64
    package var bytes: Int64
    /// Times of the last change of the content and of the inode, nanoseconds since 1970.
    package var modifiedNS: Int64
    package var changedNS: Int64
}

extension FileStamp {
    /// The stamp of an open file; nil where it is not a regular file.
    init?(descriptor: Int32, name: String) {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
        self.init(name: name, facts: facts)
    }

    /// The stamp of the file at a path, not following a symbolic link; nil where there is no regular file.
    init?(path: String, name: String) {
        var facts = stat()
        guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
        self.init(name: name, facts: facts)
    }

    private init(name: String, facts: stat) {
        func nanoseconds(_ t: timespec) -> Int64 { Int64(t.tv_sec) * 1_000_000_000 + Int64(t.tv_nsec) }
        self.init(
            name: name, device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino), bytes: Int64(facts.st_size),
            modifiedNS: nanoseconds(facts.st_mtim), changedNS: nanoseconds(facts.st_ctim))
    }
}
