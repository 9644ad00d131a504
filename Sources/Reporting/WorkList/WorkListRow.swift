package import Imaging
package import Screening

/// One study on the work list.
package struct WorkListRow: Sendable, Hashable {
    /// Where a study stands; the raw values are those of the ledger.
    package enum State: String, Sendable, CaseIterable {
        case arriving, waiting, ready, running, reported, notAssessable, incomplete, failed
    }

    package var caseID: String
    package var state: State
    /// Set where there is a result.
    package var verdict: Verdict?
    /// True where any model involved is not of status `research`.
    package var noClinicalMeaning: Bool
    /// Why it failed, is not assessable or incomplete, and what to do.
    package var reason: Reason?
    /// In words, where `state` is `.waiting`: "FLAIR until 22:10".
    package var waitingFor: String?
    /// One short line about the scores, such as "T1w 0.73, FLAIR 0.41"; not shown without clinical meaning.
    package var scores: String?
    /// Shown as identity where the site configured it.
    package var accession: String?
    package var studyTime: String?
    /// Local time of the last change.
    package var updatedAtLocal: String
    /// For the order within a group, newest first.
    package var updatedAtUS: Int64
    /// Relative to the work list; nil where there is no page.
    package var page: String?
    package var supersededBy: String?
    /// Set for late files of a study whose report stands: the case of that report.
    package var lateFor: String?
    /// The case that this one replaced.
    package var takesPlaceOf: String?
    /// True where somebody had a finished study screened again.
    package var isRescreened: Bool
    /// True where somebody put an open study at the head of the queue.
    package var isFirst: Bool

    package init(
        caseID: String, state: State, verdict: Verdict? = nil, noClinicalMeaning: Bool = false, reason: Reason? = nil,
        waitingFor: String? = nil, scores: String? = nil, accession: String? = nil, studyTime: String? = nil,
        updatedAtLocal: String, updatedAtUS: Int64, page: String? = nil, supersededBy: String? = nil,
        lateFor: String? = nil, takesPlaceOf: String? = nil, isRescreened: Bool = false, isFirst: Bool = false
    ) {
        self.caseID = caseID
        self.state = state
        self.verdict = verdict
        self.noClinicalMeaning = noClinicalMeaning
        self.reason = reason
        self.waitingFor = waitingFor
        self.scores = scores
        self.accession = accession
        self.studyTime = studyTime
        self.updatedAtLocal = updatedAtLocal
        self.updatedAtUS = updatedAtUS
        self.page = page
        self.supersededBy = supersededBy
        self.lateFor = lateFor
        self.takesPlaceOf = takesPlaceOf
        self.isRescreened = isRescreened
        self.isFirst = isFirst
    }

    /// What the row says first; the order is that of the list.
    package enum Standing: Int, Sendable, Comparable {
        case failed, flagged, indeterminate, notAssessable, incomplete, noClinicalMeaning, belowThreshold, pending,
            superseded

        package static func < (a: Standing, b: Standing) -> Bool { a.rawValue < b.rawValue }
    }

    /// True for late files that could not be screened for want of the earlier ones.
    private var needsResend: Bool { reason?.code == "EARLIER_COPIES_GONE" }

    package var standing: Standing {
        if supersededBy != nil { return .superseded }
        if lateFor != nil, state == .notAssessable { return needsResend ? .incomplete : .superseded }
        switch state {
        case .failed: return .failed
        case .notAssessable: return .notAssessable
        case .incomplete: return .incomplete
        case .arriving, .waiting, .ready, .running: return .pending
        case .reported: break
        }
        if verdict == .notAssessable { return .notAssessable }
        if noClinicalMeaning || verdict == .noClinicalMeaning { return .noClinicalMeaning }
        switch verdict {
        case .flagged: return .flagged
        case .indeterminate: return .indeterminate
        case .belowThreshold: return .belowThreshold
        case .noClinicalMeaning, .notAssessable, nil: return .failed
        }
    }
}
