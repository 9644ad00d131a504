/// Why a data set could not be read, a network not be trained, or a result not be made.
package struct TrainingError: Error, Sendable, CustomStringConvertible {
    /// Stable codes; the documentation has one table of them with what to do.
    package enum Code: String, Sendable, Codable, CaseIterable {
        /// A folder that is no BIDS data set, or a table in it that cannot be read.
        case dataSetInvalid = "DATASET_INVALID"
        /// Too few subjects of a group or protocol for what was asked for.
        case tooFewSubjects = "DATASET_TOO_SMALL"
        /// A key or value of a protocol, cohort plan or stored fold plan.
        case settingsInvalid = "SETTINGS_INVALID"
        /// The loss or a value of the network is not finite any more.
        case diverged = "TRAINING_DIVERGED"
        /// A run folder that belongs to another protocol, or whose files are not whole.
        case runMismatch = "RUN_MISMATCH"
        /// Weights that training cannot start from.
        case checkpointUnfit = "TRANSFER_CHECKPOINT_UNFIT"
        case unreadable = "TRAINING_INPUT_UNREADABLE"
        case unwritable = "TRAINING_OUTPUT_UNWRITABLE"
    }

    package var code: Code
    /// What is wrong and what to do next. Holds no path and no text about a patient.
    package var message: String
    /// A subject's BIDS label, a key, a fold; never a path.
    package var subject: String?
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, subject: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.subject = subject
        self.cause = cause
    }

    package var description: String {
        "\(code.rawValue): \(message)" + (subject.map { " (\($0))" } ?? "")
    }
}
