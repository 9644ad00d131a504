/// How long each file in the inbox that has not been taken yet has been what it is, and each empty folder.
///
/// Feed it every look at the inbox: `beginLook`, each thing seen, `endLook`. It forgets what is gone, so it never holds
/// more than one look can see, and it holds no path.
package struct SettlingFiles: Sendable {
    private var files = SettlingTable()
    private var folders = SettlingTable()
    private var lookNS = Int64.min

    package init() {}

    /// Files that are known.
    package var count: Int { files.count }

    /// Bytes of memory that all of it takes.
    package var storedBytes: Int { files.storedBytes + folders.storedBytes }

    /// - Parameter now: monotonic ns.
    package mutating func beginLook(nowNS now: Int64) {
        // Two looks never have the same time, as that is what tells them apart.
        lookNS = now == lookNS ? now + 1 : now
    }

    /// Adds one file. - Returns: what to do with it; never `ready` for a name that says "being written".
    package mutating func see(
        _ pathKey: UInt64, _ identity: FileIdentity, isPartial: Bool, rules: FileSettle.Rules
    ) -> (decision: FileSettle.Decision, firstSeenNS: Int64) {
        let times = files.observe(pathKey, state: identity.fingerprint, atNS: lookNS)
        return (FileSettle.decide(times, isPartial: isPartial, nowNS: lookNS, rules: rules), times.firstSeenNS)
    }

    /// Adds one empty sub-folder. - Returns: true where nothing has touched it for `quietMinutes`; never where that is 0.
    package mutating func seeEmptyFolder(_ pathKey: UInt64, _ identity: FileIdentity, quietMinutes: Int) -> Bool {
        guard quietMinutes > 0 else { return false }
        let times = folders.observe(pathKey, state: identity.fingerprint, atNS: lookNS)
        let rules = FileSettle.Rules(quietSeconds: quietMinutes * 60, maximumWaitMinutes: .max / 60_000_000_000)
        return FileSettle.decide(times, isPartial: false, nowNS: lookNS, rules: rules) == .ready
    }

    /// Forgets what this look did not see, where it saw all there is.
    package mutating func endLook(isTruncated: Bool) {
        guard !isTruncated else { return }
        files.keepOnly(seenAtNS: lookNS)
        folders.keepOnly(seenAtNS: lookNS)
    }

    /// Drops a file that was taken, before the next look does.
    package mutating func forget(_ pathKey: UInt64) { files.remove(pathKey) }
}
