/// One thing in the inbox while a scan looks at it. Its path is made only for those who ask.
package struct InboxSight {
    /// The folder that it lies in.
    let folder: [[UInt8]]
    /// Valid while the scan looks at it.
    let name: UnsafeBufferPointer<UInt8>
    /// Stands for the path in memory: `InboxPath.fingerprint` of it.
    package let pathKey: UInt64
    package let kind: InboxEntry.Kind
    /// All zero where it could not be looked at.
    package let identity: FileIdentity
    /// True where the name or a folder's name says that it is still being written.
    package let isPartial: Bool

    package var path: InboxPath { InboxPath(components: folder + [Array(name)]) }
    package var entry: InboxEntry { InboxEntry(path: path, kind: kind, identity: identity) }
}

/// Takes in what a scan sees, entry by entry, in the order of the file system.
package protocol InboxVisitor {
    /// - Returns: false to end the scan here.
    mutating func see(_ sight: InboxSight) -> Bool
    /// A sub-folder that was searched; called after what it holds.
    ///
    /// - Parameters:
    ///   - path: made only when it is asked for.
    mutating func leave(_ folder: @autoclosure () -> InboxPath, key: UInt64, identity: FileIdentity, isEmpty: Bool)
    /// Called every few thousand entries.
    mutating func rest()
}

extension InboxVisitor {
    package mutating func rest() {}
}

extension InboxScan: InboxVisitor {
    package mutating func see(_ sight: InboxSight) -> Bool {
        entries.append(sight.entry)
        return true
    }

    package mutating func leave(
        _ folder: @autoclosure () -> InboxPath, key: UInt64, identity: FileIdentity, isEmpty: Bool
    ) {
        folders.append(InboxFolder(path: folder(), identity: identity, isEmpty: isEmpty))
    }
}
