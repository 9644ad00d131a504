import Glibc

extension InboxTaker {
    /// Unlinks an inbox entry, if it still is what the scan saw. Never a folder, never through a link.
    package func remove(_ entry: InboxEntry) -> RemoveOutcome {
        guard entry.kind != .tooDeep else { return .changed }
        return removing(entry.path) { folder throws(SystemCallError) in
            let status = try folder.status(of: entry.path.name)
            guard status.st_mode & S_IFMT != S_IFDIR, FileIdentity(status) == entry.identity else { return .changed }
            try folder.unlink(entry.path.name)
            return .removed
        }
    }

    /// Removes a sub-folder that the scan saw empty and unchanged since. Never the root.
    ///
    /// The caller decides that it has been quiet for long enough: `FileSettle` does for folders too.
    package func prune(_ folder: InboxFolder) -> RemoveOutcome {
        guard folder.isEmpty, folder.path.depth > 0 else { return .changed }
        return removing(folder.path) { parent throws(SystemCallError) in
            let status = try parent.status(of: folder.path.name)
            guard status.st_mode & S_IFMT == S_IFDIR, FileIdentity(status) == folder.identity else { return .changed }
            do throws(SystemCallError) {
                try parent.unlink(folder.path.name, folder: true)
            } catch  where error.number == ENOTEMPTY || error.number == EEXIST {
                return .changed
            }
            return .removed
        }
    }

    private func removing(
        _ path: InboxPath, _ body: (borrowing Descriptor) throws(SystemCallError) -> RemoveOutcome
    ) -> RemoveOutcome {
        do throws(SystemCallError) {
            let folder = try Descriptor.walk(root, Array(path.components.dropLast()))
            return try body(folder)
        } catch {
            switch error.number {
            case ENOENT: return .vanished
            case ENOTDIR, ELOOP: return .changed
            default:
                return .failed(
                    WatchError(
                        .ioFailed,
                        "A taken file could not be removed from the inbox. Give the service write permission there, "
                            + "or set inbox.keep = true for a read-only share.", subject: root, cause: error))
            }
        }
    }
}
