package import Imaging

/// The report that a result takes the place of, as far as a reader needs it to see what changed.
package struct EarlierReport: Codable, Sendable, Hashable {
    /// Why there is a newer one.
    package enum Why: String, Codable, Sendable, Hashable {
        case newImages, rescreened
    }

    /// What the earlier report said of one modality.
    package struct Modality: Codable, Sendable, Hashable {
        package var modality: Screening.Modality
        package var status: ModalityResult.Status
        package var reason: Reason?
        /// Mean and threshold of the earlier score.
        package var mean: Double?
        package var threshold: Double?
        /// Name and version of the model.
        package var model: String?
        package var inputSHA256: [String]

        package init(_ result: ModalityResult) {
            modality = result.modality
            status = result.status
            reason = result.reason
            mean = result.score?.mean
            threshold = result.score?.threshold
            model = result.model.map { "\($0.name) \($0.version)" }
            inputSHA256 = result.inputSHA256
        }
    }

    package var caseID: String
    package var why: Why
    /// UTC, such as `2026-11-23T05:12:00Z`.
    package var reportedAt: String
    package var verdict: Verdict
    package var reason: Reason?
    package var profile: String?
    package var modalities: [Modality]

    package init(of result: StudyResult, why: Why, reportedAt: String) {
        caseID = result.caseID
        self.why = why
        self.reportedAt = reportedAt
        verdict = result.verdict
        reason = result.reason
        profile = result.profile
        modalities = result.modalities.map(Modality.init)
    }
}
