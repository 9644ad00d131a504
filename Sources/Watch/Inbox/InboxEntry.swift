/// One thing that lies in the inbox.
package struct InboxEntry: Hashable, Sendable {
    /// What lies there.
    package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// A plain file with one name, that this process may read.
        case regular
        case symlink, fifo, device, socket
        /// A plain file with more than one name: the other name may lie where the sender could not read it.
        case hardlinked
        /// No permission to read it, or it could not be looked at.
        case unreadable
        /// A folder below the deepest level that is searched.
        case tooDeep
    }

    /// Where it lies.
    package var path: InboxPath
    /// What it is.
    package var kind: Kind
    /// Its state; all zero where it could not be looked at.
    package var identity: FileIdentity
    /// True while the name says that the file is still being written.
    package var isPartial: Bool { path.isPartial }

    package init(path: InboxPath, kind: Kind, identity: FileIdentity) {
        self.path = path
        self.kind = kind
        self.identity = identity
    }

    /// Why this entry can never be taken; nil for a plain file.
    package var refusal: TakeRefusal? { kind.refusal }
}

extension InboxEntry.Kind {
    /// Why a thing of this kind can never be taken; nil for a plain file.
    package var refusal: TakeRefusal? {
        switch self {
        case .regular: nil
        case .symlink: .symlink
        case .fifo, .device, .socket: .notARegularFile
        case .hardlinked: .hardLinked
        case .unreadable: .unreadable
        case .tooDeep: .tooDeep
        }
    }
}
