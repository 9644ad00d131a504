/// Everything in the inbox that has not been taken yet, and how long each piece has been what it is.
///
/// Feed it every scan; it forgets what is gone, so it never holds more than one scan can see.
package struct SettlingFiles: Sendable {
    /// What to do with the inbox at one moment. Each list is in order of path.
    package struct State: Sendable {
        /// Quiet for long enough: take these. Entries that can never be taken are here too; taking them says why.
        package var ready: [InboxEntry] = []
        /// Still changing, or not watched for long enough.
        package var waiting: [InboxEntry] = []
        /// Still under a name that says "being written".
        package var partial: [InboxEntry] = []
        /// Partial or changing for longer than the maximum wait: report as incomplete, leave alone.
        package var overdue: [InboxEntry] = []
        /// Monotonic ns at which the next of `waiting` may be ready; a scan is due then. Nil where none waits.
        package var nextNS: Int64?
    }

    private var files: [InboxPath: (entry: InboxEntry, history: FileHistory)] = [:]
    private var folders: [InboxPath: (folder: InboxFolder, history: FileHistory)] = [:]

    package init() {}

    /// Entries that are known.
    package var count: Int { files.count }

    /// Adds one scan.
    ///
    /// - Parameters:
    ///   - kept: what was taken before and stays; it is left out.
    ///   - now: monotonic ns.
    package mutating func observe(_ scan: InboxScan, kept: KeptFiles = KeptFiles(), nowNS now: Int64) {
        // A truncated scan does not say what is gone.
        var seen: [InboxPath: (entry: InboxEntry, history: FileHistory)] = scan.isTruncated ? files : [:]
        for entry in scan.entries where !kept.contains(entry.identity) {
            var history = files[entry.path]?.history ?? FileHistory(entry.identity, atNS: now)
            history.observe(entry.identity, atNS: now)
            seen[entry.path] = (entry, history)
        }
        files = seen
        var seenFolders: [InboxPath: (folder: InboxFolder, history: FileHistory)] = [:]
        for folder in scan.folders where folder.isEmpty {
            var history = folders[folder.path]?.history ?? FileHistory(folder.identity, atNS: now)
            history.observe(folder.identity, atNS: now)
            seenFolders[folder.path] = (folder, history)
        }
        folders = seenFolders
    }

    /// Drops an entry that was taken or set aside, before the next scan does.
    package mutating func forget(_ entry: InboxEntry) { files[entry.path] = nil }

    /// - Parameter now: monotonic ns.
    package func state(nowNS now: Int64, rules: FileSettle.Rules) -> State {
        var state = State()
        for (entry, history) in files.values.sorted(by: { $0.entry.path < $1.entry.path }) {
            switch FileSettle.decide(history, isPartial: entry.isPartial, nowNS: now, rules: rules) {
            case .ready: state.ready.append(entry)
            case .partial: state.partial.append(entry)
            case .overdue: state.overdue.append(entry)
            case .wait(let until):
                state.waiting.append(entry)
                state.nextNS = min(state.nextNS ?? until, until)
            }
        }
        return state
    }

    /// Empty sub-folders that nothing has touched for `quietMinutes`, deepest first: prune these. None where it is 0.
    package func prunable(nowNS now: Int64, quietMinutes: Int) -> [InboxFolder] {
        guard quietMinutes > 0 else { return [] }
        let rules = FileSettle.Rules(quietSeconds: quietMinutes * 60, maximumWaitMinutes: .max / 60_000_000_000)
        return folders.values
            .filter { FileSettle.decide($0.history, isPartial: false, nowNS: now, rules: rules) == .ready }
            .map(\.folder).sorted { $1.path < $0.path }
    }
}
