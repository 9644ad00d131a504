import Foundation

/// What the work list shows of a case beside its state; kept as JSON in the ledger.
package struct CaseSummary: Codable, Sendable {
    package var scores: [ScoreLine]
    /// Name of the profile that made them; nil where an older version wrote it.
    package var profile: String?

    package init(scores: [ScoreLine] = [], profile: String? = nil) {
        self.scores = scores
        self.profile = profile
    }

    /// The stored form; nil where it cannot be written, which only a score that is no number could cause.
    var json: String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch {
            return nil
        }
    }

    /// Reads the stored form; empty where there is none, or none that can be read: the page has the scores.
    package init(json: String?) {
        self.init()
        guard let json else { return }
        do {
            self = try JSONDecoder().decode(CaseSummary.self, from: Data(json.utf8))
        } catch {
            return
        }
    }
}
