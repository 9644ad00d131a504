/// Inbox files that are in the ledger already and stay where they are: those of an inbox that is only read
/// (`inbox.keep = true`), and those that were refused.
///
/// Fill it from the ledger at start; each look at the inbox drops what is gone, so that it does not grow without bound.
/// States are kept as fingerprints, ten bytes each.
package struct KeptFiles: Sendable {
    private struct Note: Sendable {
        /// Nil for a file that was taken.
        var refusal: TakeRefusal?
        /// The last look that saw it; only told from the present one.
        var look: UInt8
    }

    private var files: [UInt64: Note] = [:]
    private var look: UInt8 = 0

    package init(_ identities: some Sequence<FileIdentity> = []) {
        for identity in identities { remember(identity) }
    }

    /// Files that are remembered.
    package var count: Int { files.count }

    /// True where this very state of this very file was taken before.
    package func contains(_ identity: FileIdentity) -> Bool {
        guard !files.isEmpty, let note = files[identity.fingerprint] else { return false }
        return note.refusal == nil
    }

    /// Why this state of this file was refused; nil where it was not.
    package func refusal(of identity: FileIdentity) -> TakeRefusal? {
        files.isEmpty ? nil : files[identity.fingerprint]?.refusal
    }

    /// Notes that this state of this file was taken, or why it cannot be.
    package mutating func remember(_ identity: FileIdentity, refused refusal: TakeRefusal? = nil) {
        files[identity.fingerprint] = Note(refusal: refusal, look: look)
    }

    package mutating func forget(_ identity: FileIdentity) {
        if !files.isEmpty { files[identity.fingerprint] = nil }
    }

    /// Begins a look at the inbox.
    package mutating func beginLook() { look &+= 1 }

    /// Says that a file is still there.
    package mutating func see(_ identity: FileIdentity) {
        if !files.isEmpty { files[identity.fingerprint]?.look = look }
    }

    /// Drops what a complete look no longer saw.
    package mutating func endLook(isTruncated: Bool) {
        guard !isTruncated, files.values.contains(where: { $0.look != look }) else { return }
        files = files.filter { $0.value.look == look }
    }
}
