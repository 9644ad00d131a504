import Foundation
package import Imaging

/// What the work list shows of a case beside its state; kept as JSON in the ledger.
package struct CaseSummary: Codable, Sendable {
    package var scores: [ScoreLine]
    package var reason: Reason?

    package init(scores: [ScoreLine] = [], reason: Reason? = nil) {
        self.scores = scores
        self.reason = reason
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

    /// Reads the stored form; empty where there is none.
    package init(json: String?) {
        guard let json else {
            self.init()
            return
        }
        do {
            self = try JSONDecoder().decode(CaseSummary.self, from: Data(json.utf8))
        } catch {
            self.init(reason: Reason(code: "SUMMARY_UNREADABLE", message: "The summary in the ledger cannot be read."))
        }
    }
}
