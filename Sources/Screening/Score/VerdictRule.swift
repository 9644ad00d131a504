/// From the scores of the modalities to the statement on the study.
package enum VerdictRule {
    /// Members of one modality that must be over its threshold for the study to be indeterminate.
    package static let membersForIndeterminate = 2

    /// `scores` holds one entry per scored modality; none at all is not assessable.
    package static func decide(_ scores: [ModalityScore]) -> Verdict {
        if scores.isEmpty { return .notAssessable }
        if scores.contains(where: \.isOverThreshold) { return .flagged }
        let divided = scores.contains { score in
            score.members.count { $0.score > score.threshold } >= membersForIndeterminate
        }
        return divided ? .indeterminate : .belowThreshold
    }
}
