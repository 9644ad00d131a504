import Glibc

/// What tells one state of one file from another without reading it.
package struct FileIdentity: Hashable, Sendable, Codable {
    /// File system, as the kernel numbers it in this boot.
    package var device: UInt64
    /// File within it.
    package var inode: UInt64
    /// Bytes.
    package var size: Int64
    /// Time of the last change of the content, ns since 1970 by the file server's clock. Compared for equality, and for
    /// the order among files that are ready at the same time; never with this machine's clock.
    package var mtimeNS: Int64

    package init(device: UInt64, inode: UInt64, size: Int64, mtimeNS: Int64) {
        self.device = device
        self.inode = inode
        self.size = size
        self.mtimeNS = mtimeNS
    }

    init(_ status: stat) {
        self.init(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
            mtimeNS: Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec))
    }

    /// Stands for this identity in memory, where a hundred thousand are compared. Differs from one process to the next.
    package var fingerprint: UInt64 {
        var hasher = Hasher()
        hasher.combine(self)
        return UInt64(UInt(bitPattern: hasher.finalize()))
    }
}
