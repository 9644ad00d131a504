package import Imaging

/// Why a model could not be used, or a scan not be scored.
package struct ScreeningError: Error, Sendable, CustomStringConvertible {
    /// Stable codes; the documentation has one table of them with what to do.
    package enum Code: String, Sendable, Codable, CaseIterable {
        /// `model.json` or a folder cannot be opened or read.
        case modelUnreadable = "MODEL_UNREADABLE"
        /// `model.json` is no manifest: unknown or missing key, or a value without sense.
        case manifestInvalid = "MODEL_MANIFEST_INVALID"
        case memberMissing = "MODEL_MEMBER_MISSING"
        /// A weight file that the manifest does not list.
        case memberUnlisted = "MODEL_MEMBER_UNLISTED"
        case membersNotDistinct = "MODEL_MEMBERS_NOT_DISTINCT"
        case hashMismatch = "MODEL_HASH_MISMATCH"
        /// Weights whose names or shapes are not those of the architecture, or that are not finite.
        case weightsInvalid = "MODEL_WEIGHTS_INVALID"
        /// A network that answers the bundle's known input otherwise than when the bundle was made.
        case answerWrong = "MODEL_ANSWER_WRONG"
        /// A file changed while it was being checked.
        case modelChanged = "MODEL_CHANGED"
        case modelUnwritable = "MODEL_UNWRITABLE"
        /// A checkpoint that cannot become a member of the bundle asked for.
        case checkpointInvalid = "CHECKPOINT_INVALID"
        case profileInvalid = "PROFILE_INVALID"
        /// No profile may be used for screening.
        case noModel = "NO_MODEL"
        /// The prepared volume is not the one that the bundle's plan makes.
        case inputMismatch = "INPUT_MISMATCH"
        case inputNotFinite = "INPUT_NOT_FINITE"
        case outputNotFinite = "OUTPUT_NOT_FINITE"
        /// The network needs more memory than the machine or a limit leaves; it was not started.
        case notEnoughMemory = "NOT_ENOUGH_MEMORY"
        /// The network could not run.
        case forwardFailed = "FORWARD_FAILED"
        /// The scan could not be prepared, or a result not be written; `cause` says why.
        case trialFailed = "TRIAL_FAILED"
    }

    package var code: Code
    /// What is wrong and what to do next. Holds no path.
    package var message: String
    /// What it is about: a member's file name, a key of the manifest, a bundle's name.
    package var subject: String?
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, subject: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.subject = subject
        self.cause = cause
    }

    package var description: String { "\(code.rawValue): \(message)" }

    /// The same as an entry of a result.
    package var reason: Reason { Reason(code: code.rawValue, message: message) }
}
