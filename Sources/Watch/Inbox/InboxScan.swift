/// A folder inside the inbox, never the root.
package struct InboxFolder: Hashable, Sendable {
    /// Where it lies; never empty.
    package var path: InboxPath
    /// Its state; the time changes with its content.
    package var identity: FileIdentity
    /// True where it held nothing.
    package var isEmpty: Bool

    package init(path: InboxPath, identity: FileIdentity, isEmpty: Bool) {
        self.path = path
        self.identity = identity
        self.isEmpty = isEmpty
    }
}

/// What one look at the whole inbox saw, in order of path.
package struct InboxScan: Sendable {
    /// Files and everything else that is no folder.
    package var entries: [InboxEntry] = []
    /// Sub-folders that were searched.
    package var folders: [InboxFolder] = []
    /// True where the bound on entries was reached: the rest is seen once these are taken.
    package var isTruncated = false

    package init() {}
}
