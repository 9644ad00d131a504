/// The files to take next: the oldest of all that are ready, up to a bound, so that a large backlog neither fills the
/// memory nor lets anybody wait out of turn.
///
/// Age is since when the service has seen a file; among those seen at once, since when the content is what it is.
package struct ReadyFiles: Sendable {
    private struct Waiting: Sendable {
        var firstSeenNS: Int64
        var entry: InboxEntry

        func isBefore(_ other: Waiting) -> Bool {
            let mine = (firstSeenNS, entry.identity.mtimeNS)
            let others = (other.firstSeenNS, other.entry.identity.mtimeNS)
            return mine == others ? entry.path < other.entry.path : mine < others
        }
    }

    /// Files that are held at most.
    private let limit: Int
    /// Before `sort` a heap with the youngest first; after it the list, the oldest last.
    private var files: [Waiting] = []
    /// Files that were ready, held or not, and were not handed out.
    package private(set) var count = 0

    package init(limit: Int = 4096) { self.limit = limit }

    /// True where every file held was handed out.
    package var isEmpty: Bool { files.isEmpty }

    /// Adds a file that is ready, in any order.
    package mutating func add(firstSeenNS: Int64, mtimeNS: Int64, entry: @autoclosure () -> InboxEntry) {
        count += 1
        if files.count < limit {
            files.append(Waiting(firstSeenNS: firstSeenNS, entry: entry()))
            raise()
            return
        }
        // Most of a backlog ends here, and its paths are never made.
        let youngest = (files[0].firstSeenNS, files[0].entry.identity.mtimeNS)
        guard (firstSeenNS, mtimeNS) <= youngest else { return }
        let file = Waiting(firstSeenNS: firstSeenNS, entry: entry())
        guard file.isBefore(files[0]) else { return }
        files[0] = file
        sink()
    }

    /// Ends the adding.
    package mutating func sort() { files.sort { $1.isBefore($0) } }

    /// Hands out the oldest files, at least one where there is one, at most `maximumFiles`, and no more once they have
    /// `maximumBytes`. Call `sort` before.
    package mutating func next(maximumFiles: Int, maximumBytes: Int64) -> [InboxEntry] {
        var batch: [InboxEntry] = []
        var bytes: Int64 = 0
        while batch.count < maximumFiles, bytes < maximumBytes, let file = files.popLast() {
            batch.append(file.entry)
            bytes += max(0, file.entry.identity.size)
        }
        count -= batch.count
        return batch
    }

    /// Takes back, unchanged, what `next` handed out last.
    package mutating func putBack(_ batch: [InboxEntry]) {
        files += batch.reversed().map { Waiting(firstSeenNS: .min, entry: $0) }
        count += batch.count
    }

    private mutating func raise() {
        var place = files.count - 1
        while place > 0, files[(place - 1) / 2].isBefore(files[place]) {
            files.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink() {
        var place = 0
        while true {
            var youngest = place
            for child in [2 * place + 1, 2 * place + 2] where child < files.count {
                if files[youngest].isBefore(files[child]) { youngest = child }
            }
            guard youngest != place else { return }
            files.swapAt(place, youngest)
            place = youngest
        }
    }
}
