/// A kind of message that has an entry in the journal's catalog: its identifier stays the same for ever.
///
/// Log with `logger.info("…", metadata: JournalMessage.started.metadata)`.
package enum JournalMessage: String, Sendable, CaseIterable {
    case started = "8f1d2a6e0b7c4b0fa4c59d0e5a3b0101"
    case stopping = "8f1d2a6e0b7c4b0fa4c59d0e5a3b0102"
    case recovered = "8f1d2a6e0b7c4b0fa4c59d0e5a3b0103"
    case inputRefused = "8f1d2a6e0b7c4b0fa4c59d0e5a3b0201"
    case inboxUnreadable = "8f1d2a6e0b7c4b0fa4c59d0e5a3b0202"
    case inputConflict = "8f1d2a6e0b7c4b0fa4c59d0e5a3b0210"
    case caseReported = "8f1d2a6e0b7c4b0fa4c59d0e5a3b0301"
    case caseNotAssessable = "8f1d2a6e0b7c4b0fa4c59d0e5a3b0302"
    case caseIncomplete = "8f1d2a6e0b7c4b0fa4c59d0e5a3b0303"
    case caseFailed = "8f1d2a6e0b7c4b0fa4c59d0e5a3b0304"
    case caseSuperseded = "8f1d2a6e0b7c4b0fa4c59d0e5a3b0310"
    case lateFiles = "8f1d2a6e0b7c4b0fa4c59d0e5a3b0311"
    case workerEnded = "8f1d2a6e0b7c4b0fa4c59d0e5a3b0401"
    case noSpace = "8f1d2a6e0b7c4b0fa4c59d0e5a3b0501"
    case spaceAgain = "8f1d2a6e0b7c4b0fa4c59d0e5a3b0502"
    case modelRefused = "8f1d2a6e0b7c4b0fa4c59d0e5a3b0601"
    case auditHead = "8f1d2a6e0b7c4b0fa4c59d0e5a3b0701"
    case loopSilent = "8f1d2a6e0b7c4b0fa4c59d0e5a3b0801"
    case nightNotice = "8f1d2a6e0b7c4b0fa4c59d0e5a3b0901"

    /// Metadata key that becomes the field `MESSAGE_ID`.
    package static let metadataKey = "messageID"
}
