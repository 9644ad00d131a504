package import Logging

extension JournalMessage {
    /// Metadata that names this kind of message.
    package var metadata: Logger.Metadata { [Self.metadataKey: .string(rawValue)] }

    /// Metadata that names this kind of message, with facts beside it.
    package func metadata(_ facts: Logger.Metadata) -> Logger.Metadata {
        facts.merging(metadata) { _, identifier in identifier }
    }
}
