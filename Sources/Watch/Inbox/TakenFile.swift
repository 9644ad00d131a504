/// A private copy of one inbox file.
package struct TakenFile: Hashable, Sendable {
    /// Hexadecimal, of the bytes in the copy.
    package var sha256: String
    /// Bytes.
    package var size: Int64
    /// Name inside the spool: random, nothing of the source's name.
    package var spoolName: String
    /// The source as it was while it was copied.
    package var identity: FileIdentity

    package init(sha256: String, size: Int64, spoolName: String, identity: FileIdentity) {
        self.sha256 = sha256
        self.size = size
        self.spoolName = spoolName
        self.identity = identity
    }
}

/// Why an entry can never be taken. The raw value is the stable code of the input's outcome.
package enum TakeRefusal: String, Hashable, Sendable, Codable, CaseIterable {
    case symlink = "SYMBOLIC_LINK"
    case notARegularFile = "NOT_A_REGULAR_FILE"
    case hardLinked = "HARD_LINKED"
    case unreadable = "UNREADABLE"
    case tooDeep = "TOO_DEEP"
    case tooLarge = "TOO_LARGE"
    case empty = "EMPTY_FILE"

    /// What to do about it, for the work list.
    package var message: String {
        switch self {
        case .symlink: "A symbolic link is never followed. Send the file itself."
        case .notARegularFile: "A pipe, socket or device is no image. Remove it from the inbox."
        case .hardLinked: "The file has a second name elsewhere. Copy it into the inbox instead of linking it."
        case .unreadable: "The service may not read this. Give the group of the inbox permission to read it."
        case .tooDeep: "The folder lies too deep inside the inbox. Move it upwards."
        case .tooLarge: "The file is larger than inbox.maximumFileMB. Raise the limit if it is an image."
        case .empty: "The file is empty. Send it again."
        }
    }
}

/// How an attempt to take one file ended. In every case but `taken` nothing is left in the spool.
package enum TakeOutcome: Sendable {
    case taken(TakenFile)
    /// The file is not, or did not stay, what the scan saw: look again later.
    case changedDuringCopy
    case vanished
    case refused(TakeRefusal)
    /// The spool is full (space, quota or inodes) or read-only: pause, and go on by itself when it is not.
    case noSpace(WatchError)
    /// A fault of the storage: try again later, a bounded number of times.
    case failed(WatchError)

    /// The copy; nil where there is none.
    var file: TakenFile? { if case .taken(let file) = self { file } else { nil } }
}

/// How an attempt to remove one inbox entry ended.
package enum RemoveOutcome: Sendable {
    case removed
    /// Something else lies there now; it was left alone.
    case changed
    case vanished
    case failed(WatchError)
}
