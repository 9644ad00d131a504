import Foundation
package import Ledger

/// What happened to one case, in plain sentences in order: what `fcdwatch explain` tells.
package struct CaseStory: Codable, Sendable {
    /// One sentence.
    package struct Line: Codable, Sendable, Hashable {
        /// µs since 1970.
        package var atUTC: Int64
        package var text: String
    }

    package var caseID: String
    package var lines: [Line]

    /// Files that came with a longer pause between them are told apart.
    private static let pauseUS: Int64 = 30 * 60_000_000

    package init(_ found: CaseExplanation) {
        caseID = found.record.id
        var lines = Self.arrivals(found.inputs)
        lines += found.supersedes.map {
            Line(atUTC: found.record.createdAtUS, text: "It takes the place of case \($0).")
        }
        for (index, row) in found.audit.enumerated() {
            let next = found.audit[(index + 1)...].first { Self.endsWait($0.event) }
            if let text = Self.sentence(row, until: next?.utcUS) { lines.append(Line(atUTC: row.utcUS, text: text)) }
        }
        // Sentences of one moment stay as they are told here: files first, then the rows in their order.
        self.lines = lines.enumerated().sorted { ($0.element.atUTC, $0.offset) < ($1.element.atUTC, $1.offset) }
            .map(\.element)
        self.lines.append(Line(atUTC: found.record.updatedAtUS, text: Self.standing(found.record)))
    }

    private static func arrivals(_ inputs: [InputRecord]) -> [Line] {
        var groups: [[InputRecord]] = []
        for input in inputs.sorted(by: { $0.receivedAtUS < $1.receivedAtUS }) {
            if let last = groups.last?.last, input.receivedAtUS - last.receivedAtUS <= pauseUS {
                groups[groups.count - 1].append(input)
            } else {
                groups.append([input])
            }
        }
        return groups.map { group in
            let first = LocalTime.clock(group[0].receivedAtUS)
            let last = LocalTime.clock(group[group.count - 1].receivedAtUS)
            let files = group.count == 1 ? "1 file" : "\(group.count) files"
            return Line(
                atUTC: group[0].receivedAtUS,
                text: "Received \(files) " + (first == last ? "at \(first)." : "from \(first) to \(last)."))
        }
    }

    /// How things stand now.
    private static func standing(_ record: CaseRecord) -> String {
        if let newer = record.supersededBy, !record.isLate { return "Case \(newer) took its place." }
        switch record.state {
        case .arriving: return "Now: files are still coming."
        case .waiting: return "Now: it waits for \(record.waitingFor ?? "more files")."
        case .ready: return record.priority > 0 ? "Now: it is first in the queue." : "Now: it waits for its turn."
        case .running: return "Now: it is being screened."
        case .incomplete:
            return "Now: it stays open. Images that come late complete it."
        case .reported: return "Now: its report is in its place."
        case .notAssessable where record.isLate:
            return "Now: late files, not screened. " + ReasonTable.sentence(for: record.code ?? "UNKNOWN")
        case .notAssessable, .failed:
            let code = record.code ?? "UNKNOWN"
            return "Now: \(record.state == .failed ? "failed" : "not assessable"), \(code). "
                + ReasonTable.sentence(for: code)
        }
    }

    private static func endsWait(_ event: String) -> Bool {
        [
            AuditEvent.Kind.studyComplete, .studyIncomplete, .studyWaiting, .superseded, .attemptStarted,
        ].contains { $0.rawValue == event }
    }

    /// Nil for rows that say nothing a person asks for.
    private static func sentence(_ row: AuditRow, until end: Int64?) -> String? {
        let body = Body(row.body)
        let code = row.outcome == "ok" ? nil : row.outcome
        guard let kind = AuditEvent.Kind(rawValue: row.event) else { return plain(row) }
        switch kind {
        case .inputAssigned, .inputReceived, .duplicate: return nil
        case .studyDiscovered: return "The study was found."
        case .studyWaiting:
            let what = body.text("waitingFor") ?? "more files"
            return "Waited for \(what)" + (end.map { " until \(LocalTime.clock($0))." } ?? ".") + advice(code)
        case .studyComplete:
            let missing = body.texts("missing")
            return missing.isEmpty
                ? "The study was whole and ready to be screened."
                : "The study was ready to be screened as it stood: \(missing.joined(separator: " and ")) did not come."
        case .studyIncomplete: return "Given up as incomplete." + advice(code)
        case .attemptStarted: return "Screening began, attempt \(body.number("attempt") ?? 1)."
        case .inference: return inference(body)
        case .reportPublished:
            return "Reported" + seconds(body) + ": \(words(body.text("verdict") ?? "no verdict"))."
        case .notAssessable: return "Not assessable" + seconds(body) + "." + advice(code)
        case .stepFailed: return "The attempt failed; it is tried again." + advice(code)
        case .caseFailed: return "Failed." + advice(code)
        case .cancelled: return "The attempt was taken back; it does not count." + advice(code)
        case .recovered: return "The service ended during the attempt; the case went back to the queue."
        case .retry:
            return "Put back into the queue by hand" + (body.flag("first") ? ", at its head." : ".")
        case .prioritised: return "Put at the head of the queue by hand."
        case .rescreen:
            let profile = body.text("profile").map { " with profile \($0)" } ?? ""
            return "Screened again on request\(profile)"
                + (body.text("earlier").map { ", after case \($0)." } ?? ".")
        case .superseded: return "Case \(body.text("newer") ?? "another") took its place."
        case .prune: return "The private copies of its files were removed after their time."
        default: return plain(row)
        }
    }

    private static func inference(_ body: Body) -> String {
        func two(_ key: String) -> String { body.decimal(key).map { String(format: "%.2f", $0) } ?? "?" }
        return
            "\(body.text("modality") ?? "An image"): model score \(two("mean")) "
            + "(\(body.number("members") ?? 0) members, \(two("minimum"))–\(two("maximum"))), threshold \(two("threshold"))."
    }

    /// A verdict in words.
    package static func words(_ verdict: String) -> String {
        switch verdict {
        case "flagged": "flagged for review"
        case "indeterminate": "indeterminate, members disagree"
        case "belowThreshold": "below threshold, which does not exclude FCD"
        case "noClinicalMeaning": "no clinical meaning, the models are not of status research"
        case "notAssessable": "not assessable"
        default: verdict
        }
    }

    private static func seconds(_ body: Body) -> String {
        body.number("waitedSeconds").map { " \(SiteStatus.age($0)) after its last file" } ?? ""
    }

    private static func advice(_ code: String?) -> String {
        code.map { " \($0): \(ReasonTable.sentence(for: $0))" } ?? ""
    }

    private static func plain(_ row: AuditRow) -> String {
        let body = row.body == "{}" ? "" : " " + row.body
        return "\(row.event): \(row.outcome)\(body)"
    }

    /// The facts of an audit row.
    private struct Body {
        private let values: [String: Any]

        init(_ json: String) {
            do {
                values = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] ?? [:]
            } catch {
                // reason: rows are written as canonical JSON; one that was edited by hand is told without its facts.
                values = [:]
            }
        }

        func text(_ key: String) -> String? { values[key] as? String }
        func texts(_ key: String) -> [String] { values[key] as? [String] ?? [] }
        func number(_ key: String) -> Int? { (values[key] as? NSNumber)?.intValue }
        func decimal(_ key: String) -> Double? { (values[key] as? NSNumber)?.doubleValue }
        func flag(_ key: String) -> Bool { (values[key] as? NSNumber)?.boolValue ?? false }
    }
}
