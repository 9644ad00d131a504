/// The sums of the morning: how many files came, and what became of every one.
package struct LedgerCounts: Codable, Sendable, Hashable {
    /// A number of inputs that share outcome and code.
    package struct CodeCount: Codable, Sendable, Hashable {
        package var outcome: String
        /// Nil for inputs without a code.
        package var code: String?
        package var count: Int
    }

    /// Number of inputs ever entered, from SQLite's own counter of given row numbers, not from the rows.
    package var received: Int
    /// Sorted by outcome and code.
    package var inputCodes: [CodeCount]
    /// By raw value of `CaseState`; superseded cases are counted in `superseded` instead.
    package var casesByState: [String: Int]
    /// Number of studies that ever had a case, counted by their keys and not from the states.
    package var studies: Int
    package var superseded: Int

    package func inputs(_ outcome: InputOutcome) -> Int {
        inputCodes.filter { $0.outcome == outcome.rawValue }.reduce(0) { $0 + $1.count }
    }

    package func cases(_ state: CaseState) -> Int { casesByState[state.rawValue] ?? 0 }

    /// Number of cases that are not superseded.
    package var cases: Int { casesByState.values.reduce(0, +) }

    /// True where used + notNeeded + duplicate + refused + waiting are all the inputs that were ever entered.
    package var balanced: Bool {
        InputOutcome.allCases.reduce(0) { $0 + inputs($1) } == received
    }
}
