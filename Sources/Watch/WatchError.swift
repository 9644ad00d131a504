/// What went wrong in the service, and what to do about it. Free of patient data and of paths from the inbox.
package struct WatchError: Error, Sendable, CustomStringConvertible {
    /// Stable codes; the table in the documentation explains each.
    package enum Code: String, Sendable, CaseIterable, Codable {
        case ambiguousPair = "AMBIGUOUS_PAIR"
        case attemptsExhausted = "ATTEMPTS_EXHAUSTED"
        case badJob = "WORKER_BAD_JOB"
        case alreadyRunning = "ALREADY_RUNNING"
        case configurationInvalid = "CONFIG_INVALID"
        case configurationUnreadable = "CONFIG_UNREADABLE"
        case earlierCopiesGone = "EARLIER_COPIES_GONE"
        case inboxUnreadable = "INBOX_UNREADABLE"
        case inboxNotEmpty = "INBOX_NOT_EMPTY"
        case inotifyUnavailable = "INOTIFY_UNAVAILABLE"
        case ioFailed = "IO_FAILED"
        case missingImage = "MODALITY_MISSING"
        case notAnImage = "NOT_AN_IMAGE"
        case notFound = "NOT_FOUND"
        case nothingNew = "NOTHING_NEW"
        case noUsableSeries = "NO_USABLE_SERIES"
        case noSpace = "NO_SPACE"
        case outputMissing = "OUTPUT_MISSING"
        case replacedBeforeItsTurn = "REPLACED_BEFORE_ITS_TURN"
        case readOnlyStorage = "READ_ONLY_STORAGE"
        case sameObjectInTwoStudies = "SAME_OBJECT_IN_TWO_STUDIES"
        case sandboxFailed = "SANDBOX_FAILED"
        case screeningStopped = "SCREENING_STOPPED"
        case severalSeries = "SEVERAL_SERIES"
        case severalStudies = "SEVERAL_STUDIES"
        case stateDamaged = "STATE_DAMAGED"
        case stateUnwritable = "STATE_UNWRITABLE"
        case takenWhileWritten = "TAKEN_WHILE_WRITTEN"
        case unnamedContrast = "NIFTI_CONTRAST_UNNAMED"
        case unwritable = "OUTPUT_UNWRITABLE"
        case workerUnavailable = "WORKER_UNAVAILABLE"
        case wrongState = "WRONG_STATE"
    }

    /// What kind of fault it is.
    package var code: Code
    /// One or two sentences: what is wrong and what to do next.
    package var message: String
    /// What it is about: a configured path, a configuration key, a spool name. Never a name from the inbox.
    package var subject: String?
    /// The fault underneath, free of patient data too.
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, subject: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.subject = subject
        self.cause = cause
    }

    package var description: String {
        var text = "\(code.rawValue): \(message)"
        if let subject { text += " [\(subject)]" }
        if let cause { text += " (\(cause))" }
        return text
    }

    /// True where waiting and trying again can help: full, read-only or failing storage.
    package var isTemporary: Bool {
        switch code {
        case .ioFailed, .noSpace, .readOnlyStorage, .stateUnwritable, .unwritable, .inboxUnreadable,
            .workerUnavailable:
            true
        default: false
        }
    }
}
