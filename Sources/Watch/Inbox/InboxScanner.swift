import Glibc

/// Looks at the inbox and says what lies there. Opens no file, follows no link, and never goes on without a bound.
package struct InboxScanner: Sendable {
    /// Levels of sub-folders that are searched.
    package var maximumDepth: Int
    /// Files and folders that one scan looks at.
    package var maximumEntries: Int

    /// Entries between two rests of the visitor.
    private static let entriesBetweenRests = 4096

    package init(maximumDepth: Int = 16, maximumEntries: Int = 200_000) {
        precondition(maximumDepth >= 1 && maximumEntries >= 1, "a scan sees something")
        self.maximumDepth = maximumDepth
        self.maximumEntries = maximumEntries
    }

    /// Lists everything below `root` in order of path: for small inboxes, as the list holds a path for each entry.
    ///
    /// - Throws: as `visit`.
    package func scan(_ root: String) throws(WatchError) -> InboxScan {
        var scan = InboxScan()
        scan.isTruncated = try visit(root, &scan)
        scan.entries.sort { $0.path < $1.path }
        scan.folders.sort { $0.path < $1.path }
        return scan
    }

    /// Shows everything below `root` to a visitor and keeps nothing of it.
    ///
    /// What vanishes while the scan runs is left out; what cannot be looked at is an entry of kind `.unreadable`.
    /// - Returns: true where the bound on entries was reached, so that something may not have been seen.
    /// - Throws: `INBOX_UNREADABLE` where the root itself cannot be listed.
    package func visit<Visitor: InboxVisitor>(_ root: String, _ visitor: inout Visitor) throws(WatchError) -> Bool {
        var walk = Walk(maximumDepth: maximumDepth, maximumEntries: maximumEntries)
        do throws(SystemCallError) {
            let folder = try Descriptor.folder(root)
            _ = try list(folder, at: Place(), &walk, &visitor)
        } catch {
            throw WatchError(
                .inboxUnreadable, "The inbox cannot be listed. Check that it exists and that the service may read it.",
                subject: root, cause: error)
        }
        return walk.isTruncated
    }

    /// True where there is nothing but folders. Ends at the first entry.
    ///
    /// - Throws: as `visit`.
    package func isEmpty(_ root: String) throws(WatchError) -> Bool {
        var first = FirstEntry()
        return try !visit(root, &first) && !first.wasSeen
    }

    private struct FirstEntry: InboxVisitor {
        var wasSeen = false
        mutating func see(_ sight: InboxSight) -> Bool {
            wasSeen = true
            return false
        }
        mutating func leave(_: @autoclosure () -> InboxPath, key: UInt64, identity: FileIdentity, isEmpty: Bool) {}
    }

    /// A folder on the way down.
    private struct Place {
        var components: [[UInt8]] = []
        var key = PathKey()
        var isPartial = false
    }

    private struct Walk {
        let maximumDepth: Int
        let maximumEntries: Int
        var entries = 0
        var isTruncated = false
        var isEnded = false
    }

    /// - Returns: true where the folder holds nothing.
    private func list<Visitor: InboxVisitor>(
        _ folder: borrowing Descriptor, at place: Place, _ walk: inout Walk, _ visitor: inout Visitor
    ) throws(SystemCallError) -> Bool {
        let listing = try FolderListing(folder)
        var isEmpty = true
        while !walk.isEnded, let name = try listing.next() {
            isEmpty = false
            guard walk.entries < walk.maximumEntries else {
                walk.isTruncated = true
                return false
            }
            look(at: name, in: folder, place, &walk, &visitor)
            if walk.entries.isMultiple(of: Self.entriesBetweenRests) { visitor.rest() }
        }
        return isEmpty
    }

    private func look<Visitor: InboxVisitor>(
        at name: FolderListing.Name, in folder: borrowing Descriptor, _ place: Place, _ walk: inout Walk,
        _ visitor: inout Visitor
    ) {
        var status = stat()
        guard fstatat(folder.raw, name.text, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            guard errno != ENOENT else { return }
            return show(
                name, .unreadable, FileIdentity(device: 0, inode: 0, size: 0, mtimeNS: 0), place, &walk, &visitor)
        }
        let identity = FileIdentity(status)
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return show(name, Self.kind(of: status, name, in: folder), identity, place, &walk, &visitor)
        }
        guard place.components.count < walk.maximumDepth else {
            return show(name, .tooDeep, identity, place, &walk, &visitor)
        }
        do throws(SystemCallError) {
            let bytes = Array(name.bytes)
            let inner = try folder.folder(bytes)
            let below = Place(
                components: place.components + [bytes], key: place.key.appending(name.bytes),
                isPartial: place.isPartial || InboxPath.isHidden(name.bytes))
            let isEmpty = try list(inner, at: below, &walk, &visitor)
            walk.entries += 1
            visitor.leave(
                InboxPath(components: below.components), key: below.key.value, identity: identity, isEmpty: isEmpty)
        } catch {
            // Gone, or replaced by something that is no folder: the next scan sees it.
            guard ![ENOENT, ENOTDIR, ELOOP].contains(error.number) else { return }
            show(name, .unreadable, identity, place, &walk, &visitor)
        }
    }

    private func show<Visitor: InboxVisitor>(
        _ name: FolderListing.Name, _ kind: InboxEntry.Kind, _ identity: FileIdentity, _ place: Place,
        _ walk: inout Walk, _ visitor: inout Visitor
    ) {
        walk.entries += 1
        let sight = InboxSight(
            folder: place.components, name: name.bytes, pathKey: place.key.appending(name.bytes).value, kind: kind,
            identity: identity, isPartial: place.isPartial || InboxPath.isPartialName(name.bytes))
        if !visitor.see(sight) { walk.isEnded = true }
    }

    private static func kind(
        of status: stat, _ name: FolderListing.Name, in folder: borrowing Descriptor
    ) -> InboxEntry.Kind {
        switch status.st_mode & S_IFMT {
        case S_IFLNK: return .symlink
        case S_IFIFO: return .fifo
        case S_IFSOCK: return .socket
        case S_IFREG: break
        default: return .device
        }
        guard status.st_nlink <= 1 else { return .hardlinked }
        let access = faccessat(folder.raw, name.text, R_OK, AT_EACCESS)
        return access == 0 || errno == ENOENT ? .regular : .unreadable
    }
}
