/// Inbox files that were taken and still lie there: an original goes only once a worker has read its copy.
///
/// A copy into the inbox that stands still for longer than `inbox.fileQuietSeconds` is taken while half of it is missing.
/// Were the original gone then, whoever writes would go on writing into nothing. So the original of a copy that was cut
/// short stays; when it changes it is a new file, and is taken anew.
package struct UnreadFiles: Sendable {
    /// Taken, and not looked into yet, by number of the ledger's row.
    private var unread: [Int64: InboxEntry] = [:]
    /// Taken half: the number of the row, and until when (monotonic ns) the rest may come.
    private var halves: [InboxPath: (entry: InboxEntry, input: Int64, untilNS: Int64)] = [:]

    /// No more files are taken while this many wait for a worker: each lies on two disks for that time.
    package static let most = 4096

    package init() {}

    /// Files that no worker has looked into yet.
    package var count: Int { unread.count }
    /// Files whose rest is waited for.
    package var halvesCount: Int { halves.count }

    /// Remembers a file that was taken.
    package mutating func add(_ entry: InboxEntry, input: Int64) { unread[input] = entry }

    /// The file of a row that a worker has looked into; nil where its original is gone already.
    package mutating func read(input: Int64) -> InboxEntry? { unread.removeValue(forKey: input) }

    /// Remembers that the copy of a file was cut short.
    package mutating func keepHalf(_ entry: InboxEntry, input: Int64, untilNS: Int64) {
        halves[entry.path] = (entry, input, untilNS)
    }

    /// The row of the half that was taken from this place before; nil where there is none.
    package func half(at path: InboxPath) -> Int64? { halves[path]?.input }

    /// Forgets the half that was taken from this place.
    package mutating func endHalf(at path: InboxPath) { halves[path] = nil }

    /// Half files whose rest did not come in time. They are forgotten.
    package mutating func givenUp(nowNS: Int64) -> [InboxEntry] {
        let over = halves.values.filter { $0.untilNS <= nowNS }.map(\.entry)
        for entry in over { halves[entry.path] = nil }
        return over.sorted { $0.path < $1.path }
    }
}
