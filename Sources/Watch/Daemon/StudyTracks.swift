import Crypto
package import Screening

/// What the daemon remembers of a study while it gathers files; times are ns of the monotonic clock.
package struct StudyTrack: Sendable {
    package var firstFileNS: Int64
    package var lastFileNS: Int64
    /// Files, as far as they were counted: only whether this is `inspectedFiles` matters.
    package var files = 0
    /// How many of `files` the last inspection saw; nil before the first.
    package var inspectedFiles: Int?
    package var completeness = StudyObservation.Completeness.missing([])
    package var modalities: Set<String> = []
    /// Stands for the files that would be screened, as `contents` reckons it; nil where no inspection told.
    package var chosen: [Modality: String]?
    /// Inspections that ended badly.
    package var deaths = 0
    /// Inbox folders that its files lay in, the root left out: a few at most.
    package var folders: Set<InboxPath> = []
    /// Its priority, as far as it is known here.
    package var priority = 0
    /// When it has to be decided upon again.
    package var dueNS: Int64 = 0

    /// More than these say nothing about where a study's next file will lie.
    private static let mostFolders = 16

    package init(firstFileNS: Int64, lastFileNS: Int64) {
        self.firstFileNS = firstFileNS
        self.lastFileNS = lastFileNS
    }

    /// One hash for a set of files, whatever their order: hundreds of hashes a study would fill the memory.
    ///
    /// - Returns: nil for no files.
    package static func contents(of sha256: [String]) -> String? {
        guard !sha256.isEmpty else { return nil }
        return Hex.encode(SHA256.hash(data: Array(Set(sha256).sorted().joined().utf8)))
    }

    /// Remembers where a file lay.
    package mutating func note(relativePath: String) {
        guard folders.count < Self.mostFolders, let folder = InboxPath(escaped: relativePath)?.folder, folder.depth > 0
        else { return }
        folders.insert(folder)
    }
}

/// The studies that gather files, and when each has to be looked at again.
///
/// A turn asks the ledger about those alone that are due: a file came, or a wait is over.
package struct StudyTracks: Sendable {
    package init() {}

    private var tracks: [String: StudyTrack] = [:]

    /// A study is looked at again after this long at most, whatever it waits for: clocks jump, and rules change.
    package static let longestPauseNS: Int64 = 60_000_000_000

    package subscript(id: String) -> StudyTrack? {
        get { tracks[id] }
        set { tracks[id] = newValue }
    }

    package var count: Int { tracks.count }

    /// Files came: the study is due.
    package mutating func touch(_ id: String, relativePaths: [String], nowNS now: Int64) {
        var track = tracks[id] ?? StudyTrack(firstFileNS: now, lastFileNS: now)
        track.lastFileNS = now
        track.files += relativePaths.count
        track.dueNS = now
        for path in relativePaths { track.note(relativePath: path) }
        tracks[id] = track
    }

    /// Somebody wants a study first: it is due, once for each time that was asked.
    package mutating func hurry(_ id: String, priority: Int, nowNS now: Int64) {
        guard let known = tracks[id]?.priority, known != priority else { return }
        tracks[id]?.priority = priority
        tracks[id]?.dueNS = now
    }

    /// Puts a study off, unless files came since `lastFileNS`.
    package mutating func wait(_ id: String, untilNS until: Int64, unlessAfterNS lastFileNS: Int64, nowNS now: Int64) {
        guard var track = tracks[id], track.lastFileNS == lastFileNS else { return }
        track.dueNS = min(until, now + Self.longestPauseNS)
        tracks[id] = track
    }

    /// Studies to decide upon now, those that have waited longest first.
    package func due(nowNS now: Int64) -> [String] {
        tracks.filter { $0.value.dueNS <= now }.sorted { ($0.value.dueNS, $0.key) < ($1.value.dueNS, $1.key) }
            .map(\.key)
    }

    /// When the next study is due; nil where there is none.
    package var nextDueNS: Int64? { tracks.values.map(\.dueNS).min() }

    /// Forgets what is not among these.
    package mutating func keepOnly(_ ids: Set<String>) { tracks = tracks.filter { ids.contains($0.key) } }

    /// Files of the inbox that have not settled and lie beside files of this study.
    ///
    /// A folder that several studies arrive in says nothing about whose the next file is, and neither does the root.
    /// - Parameter pending: number of unsettled files by folder.
    package func arriving(beside id: String, pending: [InboxPath: Int]) -> Int {
        guard !pending.isEmpty, let folders = tracks[id]?.folders else { return 0 }
        return folders.reduce(0) { sum, folder in
            guard let count = pending[folder] else { return sum }
            let isShared = tracks.contains { $0.key != id && $0.value.folders.contains(folder) }
            return isShared ? sum : sum + count
        }
    }
}
