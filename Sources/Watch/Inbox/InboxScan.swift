/// A folder inside the inbox, never the root.
package struct InboxFolder: Hashable, Sendable {
    package var path: InboxPath
    package var identity: FileIdentity
    package var isEmpty: Bool

    package init(path: InboxPath, identity: FileIdentity, isEmpty: Bool) {
        self.path = path
        self.identity = identity
        self.isEmpty = isEmpty
    }
}

/// What one look at the whole inbox saw, in order of path.
package struct InboxScan: Sendable {
    package var entries: [InboxEntry] = []
    package var folders: [InboxFolder] = []
    /// True where the bound on entries was reached: the rest is seen once these are taken.
    package var isTruncated = false

    package init() {}
}
