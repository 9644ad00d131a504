import Foundation
package import Ledger
import Screening

/// A study that was screened again beside its earlier result; nothing in it names a patient.
package struct CaseComparison: Codable, Sendable {
    /// One of the two results.
    package struct Result: Codable, Sendable, Hashable {
        package var caseID: String
        package var profile: String?
        package var state: String
        package var code: String?
        package var verdict: String?
        package var t1w: Double?
        package var flair: Double?

        init(_ record: CaseRecord) {
            let summary = CaseSummary(json: record.summary)
            caseID = record.id
            profile = summary.profile ?? record.profile
            state = record.state.rawValue
            code = record.code
            verdict = record.verdict
            t1w = summary.scores.first { $0.modality == .t1w }?.mean
            flair = summary.scores.first { $0.modality == .flair }?.mean
        }
    }

    package var earlier: Result
    package var now: Result
    /// µs since 1970.
    package var askedAtUTC: Int64
    /// True where both have a verdict and it is not the same.
    package var verdictChanged: Bool

    /// Studies that were screened again, oldest first.
    ///
    /// - Parameters:
    ///   - since: µs since 1970, of the request.
    ///   - profile: only those screened again with it.
    package static func read(
        _ ledger: Ledger, sinceUS since: Int64 = 0, profile: String? = nil
    ) throws -> [CaseComparison] {
        try ledger.cases(origin: .rescreen, createdSinceUS: since).compactMap { record in
            guard profile == nil || record.profile == profile else { return nil }
            return try ledger.predecessor(of: record.id).map { CaseComparison($0, record) }
        }
    }

    init(_ old: CaseRecord, _ new: CaseRecord) {
        earlier = Result(old)
        now = Result(new)
        askedAtUTC = new.createdAtUS
        verdictChanged = old.verdict != nil && new.verdict != nil && old.verdict != new.verdict
    }

    /// The names of `cells`.
    package static let header = [
        "case", "earlier", "profile then", "profile now", "state", "T1w then", "T1w now", "FLAIR then", "FLAIR now",
        "verdict then", "verdict now",
    ]

    package var cells: [String] {
        func score(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "-" }
        return [
            now.caseID, earlier.caseID, earlier.profile ?? "-", now.profile ?? "-",
            now.code.map { "\(now.state) \($0)" } ?? now.state, score(earlier.t1w), score(now.t1w),
            score(earlier.flair), score(now.flair), earlier.verdict ?? earlier.code ?? "-", now.verdict ?? "-",
        ]
    }

    /// A table for other programs (RFC 4180), a line for each study; empty cells where there is no value.
    package static func csv(_ rows: [CaseComparison]) -> String {
        ([header] + rows.map(\.cells)).map { row in
            row.map { cell in
                let text = cell == "-" ? "" : cell
                return text.contains { ",\"\r\n".contains($0) }
                    ? "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : text
            }.joined(separator: ",")
        }.joined(separator: "\r\n") + "\r\n"
    }
}
