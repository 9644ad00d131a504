import Foundation

/// Figures as summaries print them.
enum FigureText {
    static let none = "–"

    static func number(_ value: Double?, _ digits: Int = 3) -> String {
        value.map { String(format: "%.\(digits)f", $0) } ?? none
    }

    /// As in "0.83 (0.71–0.91), 50 of 60".
    static func share(_ proportion: Proportion) -> String {
        guard let value = proportion.value, let interval = proportion.interval else { return none }
        return "\(number(value)) (\(number(interval.lower))–\(number(interval.upper))), "
            + "\(proportion.successes) of \(proportion.n)"
    }

    static func area(_ auc: ROC.Interval?) -> String {
        auc.map { "\(number($0.auc)) (\(number($0.lower))–\(number($0.upper)))" } ?? none
    }

    /// A mean and how many scans it is over.
    static func mean(_ mean: ModelOutcome.Mean) -> String {
        mean.value == nil ? none : "\(number(mean.value, 2)) (\(mean.scored))"
    }

    /// Rows of cells as a Markdown table; the first row is its head.
    static func table(_ rows: [[String]]) -> String {
        guard let head = rows.first else { return "" }
        func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
        return line(head) + line(head.map { _ in "---" }) + rows.dropFirst().map(line).joined()
    }
}
