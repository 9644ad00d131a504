import Glibc

/// A file descriptor that closes itself.
struct Descriptor: ~Copyable {
    let raw: Int32

    init(_ raw: Int32) { self.raw = raw }
    deinit { close(raw) }

    /// Opens a folder by absolute path; the path itself may lead through links, being the administrator's.
    static func folder(_ path: String) throws(SystemCallError) -> Descriptor {
        let raw = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard raw >= 0 else { throw .last("open") }
        return Descriptor(raw)
    }

    /// Opens a folder inside this one, not through a link.
    func folder(_ name: [UInt8]) throws(SystemCallError) -> Descriptor {
        try openAt(name, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }

    /// `openat` with `O_CLOEXEC` added.
    func openAt(_ name: [UInt8], flags: Int32, mode: mode_t = 0) throws(SystemCallError) -> Descriptor {
        let opened = Self.withName(name) { openat(raw, $0, flags | O_CLOEXEC, mode) }
        guard opened >= 0 else { throw .last("openat") }
        return Descriptor(opened)
    }

    /// Follows folders downwards, none of them through a link.
    static func walk(_ root: String, _ folders: [[UInt8]]) throws(SystemCallError) -> Descriptor {
        var here = try Descriptor.folder(root)
        for name in folders {
            here = try here.folder(name)
        }
        return here
    }

    func status() throws(SystemCallError) -> stat {
        var status = stat()
        guard fstat(raw, &status) == 0 else { throw .last("fstat") }
        return status
    }

    /// What `name` in this folder is, without following a link.
    func status(of name: [UInt8]) throws(SystemCallError) -> stat {
        var status = stat()
        let result = Self.withName(name) { fstatat(raw, $0, &status, AT_SYMLINK_NOFOLLOW) }
        guard result == 0 else { throw .last("fstatat") }
        return status
    }

    func sync() throws(SystemCallError) {
        guard fsync(raw) == 0 else { throw .last("fsync") }
    }

    /// Unlinks `name`; with `folder`, removes an empty folder.
    func unlink(_ name: [UInt8], folder: Bool = false) throws(SystemCallError) {
        let result = Self.withName(name) { unlinkat(raw, $0, folder ? AT_REMOVEDIR : 0) }
        guard result == 0 else { throw .last("unlinkat") }
    }

    /// Names in this folder but `.` and `..`, unsorted, at most `limit` of them.
    func names(limit: Int) throws(SystemCallError) -> (names: [[UInt8]], isTruncated: Bool) {
        let listing = try FolderListing(self)
        var names: [[UInt8]] = []
        while let name = try listing.next() {
            guard names.count < limit else { return (names, true) }
            names.append(Array(name.bytes))
        }
        return (names, false)
    }

    /// A name holds no zero byte: it came from the file system or was made here.
    static func withName<R>(_ name: [UInt8], _ body: (UnsafePointer<CChar>) -> R) -> R {
        (name + [0]).withUnsafeBytes { body($0.baseAddress!.assumingMemoryBound(to: CChar.self)) }
    }
}
