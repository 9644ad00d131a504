/// What a walk along the audit chain found.
package enum AuditVerification: Sendable, Hashable {
    /// Every row is as it was written, none is missing. `head` is nil where there are no rows.
    case intact(count: Int64, head: AuditAnchor?)
    /// The first row that is not: its number and what is wrong with it.
    case broken(seq: Int64, why: String)

    package var isIntact: Bool {
        if case .intact = self { true } else { false }
    }
}
