/// Where a study stands.
package enum CaseState: String, Codable, Sendable, CaseIterable, Hashable {
    /// Files still come.
    case arriving
    /// Quiet, but something is missing: `waitingFor` names it.
    case waiting
    /// To be screened.
    case ready
    /// A worker has it.
    case running
    /// The report stands in its folder.
    case reported
    /// Looked at, and no score: `code` says why.
    case notAssessable
    /// The longest wait is over and parts are missing.
    case incomplete
    /// Every attempt failed: `code` says how.
    case failed

    /// True where nothing more happens by itself.
    package var isFinal: Bool {
        switch self {
        case .arriving, .waiting, .ready, .running: false
        case .reported, .notAssessable, .incomplete, .failed: true
        }
    }
}

extension CaseRecord {
    /// True for late files of a study: a case that was not in force so far, behind the one whose report stands.
    package var isLate: Bool { supersededBy != nil && resultSHA256 == nil && state != .failed }
}

/// Why there is a case.
package enum CaseOrigin: String, Codable, Sendable, CaseIterable, Hashable {
    /// Files came.
    case arrival
    /// Somebody had a finished study screened again.
    case rescreen
}

/// One study.
///
/// The schema enforces: `notAssessable` and `failed` have a code; `waiting` has `waitingFor`; `reported` has
/// `verdict` and `resultSHA256`; `attempts` is not negative; at most one case of a `studyKey` is not superseded;
/// `supersededBy` exists and is another case. Rows are never deleted.
package struct CaseRecord: Codable, Sendable, Hashable {
    /// Name of its folders; from `AuditKey.caseKey`, never from a patient.
    package var id: String
    package var studyKey: String
    package var pseudonym: String
    package var state: CaseState
    /// Stable reason code.
    package var code: String?
    /// What a waiting case waits for.
    package var waitingFor: String?
    /// Counted before each attempt, so that a case that kills the service is seen.
    package var attempts: Int
    /// Microseconds since 1970, UTC.
    package var createdAtUS: Int64
    package var updatedAtUS: Int64
    package var lastInputAtUS: Int64
    package var verdict: String?
    /// JSON for the work list.
    package var summary: String?
    /// Private: for the work list alone, never in the audit or a log. So is `studyTime`.
    package var accession: String?
    package var studyTime: String?
    /// The case in force for the study instead of this one: the one that took its place, or, for a case that gathers
    /// late files of a reported study, the one whose report stands so far.
    package var supersededBy: String?
    /// Of the published `result.json`.
    package var resultSHA256: String?
    /// True where a model involved is not of status `research`.
    package var noClinicalMeaning: Bool
    /// Folder of the profile to use, in the folder of models; nil for the configured one.
    package var profile: String?
    /// Larger is screened earlier; 0 for what arrives, more for what somebody wants first, less for a backlog.
    package var priority: Int
    package var origin: CaseOrigin

    package init(
        id: String, studyKey: String, pseudonym: String, state: CaseState, code: String? = nil,
        waitingFor: String? = nil, attempts: Int = 0, createdAtUS: Int64, updatedAtUS: Int64, lastInputAtUS: Int64,
        verdict: String? = nil, summary: String? = nil, accession: String? = nil, studyTime: String? = nil,
        supersededBy: String? = nil, resultSHA256: String? = nil, noClinicalMeaning: Bool = false,
        profile: String? = nil, priority: Int = 0, origin: CaseOrigin = .arrival
    ) {
        self.id = id
        self.studyKey = studyKey
        self.pseudonym = pseudonym
        self.state = state
        self.code = code
        self.waitingFor = waitingFor
        self.attempts = attempts
        self.createdAtUS = createdAtUS
        self.updatedAtUS = updatedAtUS
        self.lastInputAtUS = lastInputAtUS
        self.verdict = verdict
        self.summary = summary
        self.accession = accession
        self.studyTime = studyTime
        self.supersededBy = supersededBy
        self.resultSHA256 = resultSHA256
        self.noClinicalMeaning = noClinicalMeaning
        self.profile = profile
        self.priority = priority
        self.origin = origin
    }
}
