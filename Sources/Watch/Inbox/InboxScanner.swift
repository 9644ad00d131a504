import Glibc

/// Looks at the inbox and says what lies there. Opens no file, follows no link, and never goes on without a bound.
package struct InboxScanner: Sendable {
    /// Levels of sub-folders that are searched.
    package var maximumDepth: Int
    /// Files and folders that one scan looks at.
    package var maximumEntries: Int

    package init(maximumDepth: Int = 16, maximumEntries: Int = 200_000) {
        precondition(maximumDepth >= 1 && maximumEntries >= 1, "a scan sees something")
        self.maximumDepth = maximumDepth
        self.maximumEntries = maximumEntries
    }

    /// Lists everything below `root` in order of path.
    ///
    /// What vanishes while the scan runs is left out; what cannot be looked at is an entry of kind `.unreadable`.
    /// - Throws: `INBOX_UNREADABLE` where the root itself cannot be listed.
    package func scan(_ root: String) throws(WatchError) -> InboxScan {
        var scan = InboxScan()
        do throws(SystemCallError) {
            let folder = try Descriptor.folder(root)
            try list(folder, at: InboxPath(components: []), into: &scan)
        } catch {
            throw WatchError(
                .inboxUnreadable, "The inbox cannot be listed. Check that it exists and that the service may read it.",
                subject: root, cause: error)
        }
        scan.entries.sort { $0.path < $1.path }
        scan.folders.sort { $0.path < $1.path }
        return scan
    }

    /// - Returns: true where the folder holds nothing.
    @discardableResult
    private func list(
        _ folder: borrowing Descriptor, at path: InboxPath, into scan: inout InboxScan
    ) throws(SystemCallError) -> Bool {
        let room = maximumEntries - scan.entries.count - scan.folders.count
        let (names, isTruncated) = try folder.names(limit: max(0, room))
        if isTruncated { scan.isTruncated = true }
        for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            guard scan.entries.count + scan.folders.count < maximumEntries else {
                scan.isTruncated = true
                break
            }
            look(at: name, in: folder, path: path.appending(name), into: &scan)
        }
        return names.isEmpty
    }

    private func look(at name: [UInt8], in folder: borrowing Descriptor, path: InboxPath, into scan: inout InboxScan) {
        let status: stat
        do throws(SystemCallError) {
            status = try folder.status(of: name)
        } catch {
            guard error.number != ENOENT else { return }
            scan.entries.append(
                InboxEntry(
                    path: path, kind: .unreadable,
                    identity: FileIdentity(device: 0, inode: 0, size: 0, mtimeNS: 0)))
            return
        }
        let identity = FileIdentity(status)
        guard status.st_mode & S_IFMT == S_IFDIR else {
            scan.entries.append(
                InboxEntry(path: path, kind: Self.kind(of: status, name, in: folder), identity: identity))
            return
        }
        guard path.depth <= maximumDepth else {
            scan.entries.append(InboxEntry(path: path, kind: .tooDeep, identity: identity))
            return
        }
        do throws(SystemCallError) {
            let inner = try folder.folder(name)
            let isEmpty = try list(inner, at: path, into: &scan)
            scan.folders.append(InboxFolder(path: path, identity: identity, isEmpty: isEmpty))
        } catch {
            // Gone, or replaced by something that is no folder: the next scan sees it.
            guard ![ENOENT, ENOTDIR, ELOOP].contains(error.number) else { return }
            scan.entries.append(InboxEntry(path: path, kind: .unreadable, identity: identity))
        }
    }

    private static func kind(of status: stat, _ name: [UInt8], in folder: borrowing Descriptor) -> InboxEntry.Kind {
        switch status.st_mode & S_IFMT {
        case S_IFLNK: return .symlink
        case S_IFIFO: return .fifo
        case S_IFSOCK: return .socket
        case S_IFREG: break
        default: return .device
        }
        guard status.st_nlink <= 1 else { return .hardlinked }
        let access = Descriptor.withName(name) { faccessat(folder.raw, $0, R_OK, AT_EACCESS) }
        return access == 0 || errno == ENOENT ? .regular : .unreadable
    }
}
