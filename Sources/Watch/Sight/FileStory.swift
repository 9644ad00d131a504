import Foundation
import Glibc
package import Ledger

/// What became of one file that an administrator names. Says nothing of it but what was typed and what cannot name a
/// patient.
package struct FileStory: Codable, Sendable {
    /// One time that the file, or these bytes, came in.
    package struct Delivery: Codable, Sendable {
        /// Number of its row.
        package var input: Int64
        package var receivedAtUTC: Int64
        package var outcome: InputOutcome
        package var code: String?
        package var caseID: String?
        package var caseState: String?
        package var supersededBy: String?
        /// True where these very bytes came; false where only the place is the same.
        package var isSameContent: Bool
    }

    /// As it was typed.
    package var file: String
    /// What is at that place now; nil where nothing is there, or it is outside the inbox.
    package var now: String?
    package var deliveries: [Delivery]

    /// - Parameters:
    ///   - path: what was typed: a path, or one below the inbox.
    ///   - site: opened for reading.
    package static func find(_ path: String, in site: Site, time: any TimeSource = SystemTime()) throws -> FileStory {
        let place = Place(path, inbox: site.configuration.paths.inbox)
        let status = place.status
        var rows: [(row: InputRecord, isSame: Bool)] = []
        if let status, status.st_mode & S_IFMT == S_IFREG, let hash = try hash(of: place.absolute) {
            rows += try site.ledger.allInputs(sha256: hash).map { ($0, true) }
        }
        if let inside = place.inside {
            let known = Set(rows.map(\.row.id))
            rows += try site.ledger.inputs(relativePath: inside.escaped).filter { !known.contains($0.id) }
                .map { ($0, status == nil && !$0.sha256.isEmpty) }
        }
        let deliveries = try rows.sorted { ($0.row.id ?? 0) < ($1.row.id ?? 0) }.map { row, isSame in
            let record = try row.caseID.flatMap { try site.ledger.case($0) }
            return Delivery(
                input: row.id ?? 0, receivedAtUTC: row.receivedAtUS, outcome: row.outcome, code: row.code,
                caseID: row.caseID, caseState: record?.state.rawValue,
                supersededBy: record.flatMap { $0.isLate ? nil : $0.supersededBy },
                isSameContent: isSame)
        }
        var story = FileStory(file: path, now: nil, deliveries: deliveries)
        if let inside = place.inside, let status {
            story.now = Self.standing(
                inside, status, rows.map(\.row), site: site, nowUS: time.utcUS())
        }
        return story
    }

    /// Why a file that lies in the inbox was not taken yet.
    private static func standing(
        _ path: InboxPath, _ status: stat, _ rows: [InputRecord], site: Site, nowUS now: Int64
    ) -> String {
        let identity = FileIdentity(status)
        if let row = rows.last(where: { $0.sha256.isEmpty && $0.identity == identity }), let code = row.code {
            return "It lies in the inbox and was set aside. \(code): \(ReasonTable.sentence(for: code))"
        }
        if site.configuration.inbox.keep, rows.contains(where: { $0.identity == identity }) {
            return "It lies in the inbox and was taken; files stay there (inbox.keep)."
        }
        if status.st_mode & S_IFMT == S_IFDIR { return "It is a folder. Name a file in it." }
        if path.isPartial {
            return
                "It lies in the inbox and is not taken: its name says that it is still being written. Rename it once "
                + "it is whole."
        }
        guard InstanceLock.isHeld(folder: site.configuration.paths.state) != false else {
            return "It lies in the inbox and is not taken: the service is not running."
        }
        let quiet = site.configuration.inbox.fileQuietSeconds
        let age = Int((now - identity.mtimeNS / 1000) / 1_000_000)
        if age < quiet {
            return
                "It lies in the inbox and is still being written: it changed \(max(0, age)) s ago, and is taken once "
                + "it has not changed for \(quiet) s."
        }
        return "It lies in the inbox and is taken at one of the next looks, every "
            + "\(site.configuration.inbox.rescanSeconds) s. If it stays, see fcdwatch status for alarms."
    }

    /// The story in lines.
    package var lines: [String] {
        var lines = now.map { [$0] } ?? []
        for delivery in deliveries {
            var line = "Taken as input \(delivery.input) on \(LocalTime.text(delivery.receivedAtUTC)): "
            line += Self.words(delivery.outcome)
            if let code = delivery.code { line += ", \(code): \(ReasonTable.sentence(for: code))" } else { line += "." }
            if delivery.outcome == .refused, delivery.isSameContent {
                line += " Its copy is in quarantine."
            }
            if let caseID = delivery.caseID {
                line += " Case \(caseID), \(delivery.caseState ?? "unknown")"
                line += delivery.supersededBy.map { "; case \($0) took its place." } ?? "."
            }
            if !delivery.isSameContent { line += " What lies there now has other content." }
            lines.append(line)
        }
        return lines.isEmpty ? ["No such file is in the inbox, and none came from there."] : lines
    }

    private static func words(_ outcome: InputOutcome) -> String {
        switch outcome {
        case .waiting: "its study is not screened yet"
        case .used: "its image was screened"
        case .notNeeded: "whole, but not needed"
        case .duplicate: "the same bytes came before"
        case .refused: "refused"
        }
    }

    /// SHA-256 of a regular file; nil where it may not be read or goes away meanwhile.
    private static func hash(of path: String) throws -> String? {
        guard access(path, R_OK) == 0 else { return nil }
        do throws(WatchError) {
            return try Publication.hash(of: path)
        } catch {
            // reason: a file that the service takes at this moment is gone; its row tells the rest.
            return nil
        }
    }

    /// Where a typed path lies.
    private struct Place {
        var absolute: String
        /// Nil outside the inbox.
        var inside: InboxPath?

        init(_ typed: String, inbox configured: String) {
            func plain(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
            let inbox = plain(configured)
            absolute = plain(typed)
            // What is neither there nor below the inbox as typed may be meant from the inbox downwards.
            if !absolute.hasPrefix(inbox + "/"), !typed.hasPrefix("/"), access(absolute, F_OK) != 0 {
                absolute = plain(inbox + "/" + typed)
            }
            if absolute.hasPrefix(inbox + "/") {
                inside = InboxPath(
                    components: absolute.dropFirst(inbox.count).split(separator: "/").map { Array($0.utf8) })
            }
        }

        /// Without following a link.
        var status: stat? {
            var status = stat()
            return lstat(absolute, &status) == 0 ? status : nil
        }
    }
}
