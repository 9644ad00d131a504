package import Imaging
package import Screening

/// A request to screen one case.
package struct ScreenJob: Codable, Sendable {
    package var caseID: String
    package var pseudonym: String
    package var files: [JobFile]
    /// Private folder of this attempt; the worker makes `publish/` in it and leaves nothing else behind.
    package var workFolder: String
    package var settings: ScreenSettings
    /// Head of the audit chain when the job was made, for the foot of the page.
    package var auditHead: String?
    /// The report that this case takes the place of.
    package var supersedes: EarlierReport?

    package init(
        caseID: String, pseudonym: String, files: [JobFile], workFolder: String, settings: ScreenSettings,
        auditHead: String? = nil
    ) {
        self.caseID = caseID
        self.pseudonym = pseudonym
        self.files = files
        self.workFolder = workFolder
        self.settings = settings
        self.auditHead = auditHead
    }
}

/// Which bundle folder serves which modality; nil where none is configured.
package struct BundleFolders: Codable, Sendable, Hashable {
    package var t1w: String?
    package var flair: String?

    package init(t1w: String?, flair: String?) {
        self.t1w = t1w
        self.flair = flair
    }

    package subscript(modality: Modality) -> String? {
        switch modality {
        case .t1w: t1w
        case .flair: flair
        }
    }
}

/// What screening a case came to.
package struct ScreenAnswer: Codable, Sendable {
    package var verdict: Verdict
    package var reason: Reason?
    package var noClinicalMeaning: Bool
    /// For the work list: modality, mean, range and threshold.
    package var scores: [ScoreLine]
    /// Every file of the publish folder with its hash, `report.html` and `result.json` among them.
    package var outputs: [OutputFile]
    /// SHA-256 of the inputs that the result rests on; all others were not needed.
    package var usedInputs: [String]
    /// SHA-256 of `model.json` by modality.
    package var models: [String: String]

    package init(
        verdict: Verdict, reason: Reason?, noClinicalMeaning: Bool, scores: [ScoreLine], outputs: [OutputFile],
        usedInputs: [String], models: [String: String]
    ) {
        self.verdict = verdict
        self.reason = reason
        self.noClinicalMeaning = noClinicalMeaning
        self.scores = scores
        self.outputs = outputs
        self.usedInputs = usedInputs
        self.models = models
    }
}

/// One modality's score in one line.
package struct ScoreLine: Codable, Sendable, Hashable {
    package var modality: Modality
    package var mean: Double
    package var minimum: Double
    package var maximum: Double
    package var threshold: Double
    package var members: Int

    package init(modality: Modality, score: ModalityScore) {
        self.modality = modality
        mean = score.mean
        minimum = score.minimum
        maximum = score.maximum
        threshold = score.threshold
        members = score.members.count
    }
}
