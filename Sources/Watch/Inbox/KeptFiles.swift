/// What was taken from an inbox whose files stay where they are (`inbox.keep = true`).
///
/// Fill it from the ledger at start; `forgetMissing` keeps it from growing without bound.
package struct KeptFiles: Sendable {
    private var identities: Set<FileIdentity>

    package init(_ identities: some Sequence<FileIdentity> = []) {
        self.identities = Set(identities)
    }

    /// Files that are remembered.
    package var count: Int { identities.count }

    /// True where this very state of this very file was taken before.
    package func contains(_ identity: FileIdentity) -> Bool { identities.contains(identity) }

    /// Notes that this state of this file was taken.
    package mutating func remember(_ identity: FileIdentity) { identities.insert(identity) }

    /// Drops what a complete scan no longer saw.
    package mutating func forgetMissing(from scan: InboxScan) {
        guard !scan.isTruncated else { return }
        identities.formIntersection(scan.entries.map(\.identity))
    }
}
