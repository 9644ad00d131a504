import Foundation
package import Imaging

/// What the running daemon leaves in the state folder at least once a minute, for commands: that it lives, and what
/// only it knows.
package struct SignOfLife: Codable, Sendable {
    /// µs since 1970.
    package var atUTC: Int64
    package var softwareVersion: String
    /// The case at work.
    package var screening: String?
    /// Files in the inbox that are still changing or were not watched for long enough.
    package var settling: Int
    /// Files that have been unfinished for too long, and files whose storage fails.
    package var unfinished: Int
    package var unreadable: Int
    /// What the work list shows on its top.
    package var alarms: [Reason]

    /// Longest time between two of them while the daemon gets on, and from when on it counts as silent. One inspection
    /// of files may hold up the turn that leaves them.
    package static let secondsBetween: Int64 = 60
    static let silentAfterSeconds = 900

    static func path(state: String) -> String { state + "/sign-of-life.json" }

    func write(state: String) throws(WatchError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let bytes: Data
        do {
            bytes = try encoder.encode(self)
        } catch {
            throw WatchError(.stateUnwritable, "The sign of life cannot be written; report this.", cause: error)
        }
        try SpoolFolder.write(bytes, to: Self.path(state: state), mode: 0o600)
    }

    /// The newest; nil where there is none, or none that can be read.
    package static func read(state: String) -> SignOfLife? {
        do {
            return try JSONDecoder().decode(
                SignOfLife.self, from: Data(SmallFile.read(path(state: state), limit: 1 << 20)))
        } catch {
            // reason: a service that never ran left none, and one that cannot be read is no sign of life.
            return nil
        }
    }
}
