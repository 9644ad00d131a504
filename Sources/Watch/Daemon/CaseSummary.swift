import Foundation

/// What is kept of a case beside its columns, as JSON in the ledger: for the work list above all.
package struct CaseSummary: Codable, Sendable {
    package var scores: [ScoreLine]
    /// Name of the profile that made them; nil where an older version wrote it.
    package var profile: String?
    /// Codes of contradictions found in its files, each raised once.
    package var alarms: [String]
    /// What the page of a superseded case was last made to say about the newer one.
    package var notice: String?

    package init(scores: [ScoreLine] = [], profile: String? = nil, alarms: [String] = [], notice: String? = nil) {
        self.scores = scores
        self.profile = profile
        self.alarms = alarms
        self.notice = notice
    }

    /// The same with these scores in place of its own.
    func with(scores: [ScoreLine], profile: String? = nil) -> CaseSummary {
        CaseSummary(scores: scores, profile: profile, alarms: alarms, notice: notice)
    }

    private enum CodingKeys: String, CodingKey { case scores, profile, alarms, notice }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        scores = try container.decode([ScoreLine].self, forKey: .scores)
        profile = try container.decodeIfPresent(String.self, forKey: .profile)
        alarms = try container.decodeIfPresent([String].self, forKey: .alarms) ?? []
        notice = try container.decodeIfPresent(String.self, forKey: .notice)
    }

    /// The stored form; nil where there is nothing to store, or a score that is no number.
    var json: String? {
        guard !scores.isEmpty || profile != nil || !alarms.isEmpty || notice != nil else { return nil }
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
