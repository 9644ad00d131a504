import CSystemd
import Glibc
package import Logging

/// Writes log events to the journal, a field for each fact: `MESSAGE`, `PRIORITY`, `MESSAGE_ID`, `FCDWATCH_CASE`,
/// `FCDWATCH_STEP`, `FCDWATCH_CODE`… Metadata keys become upper case behind `FCDWATCH_`.
///
/// Where no journal listens, the event goes to standard error as one line with the priority in front, which both a
/// terminal and a service manager understand.
package struct JournalLogHandler: LogHandler {
    /// Delivers one event's fields. - Returns: false where the journal did not take it.
    typealias Sink = @Sendable ([(name: String, value: String)]) -> Bool

    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level = .info
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let journal: Sink?
    private let fallback: @Sendable (String) -> Void

    /// Bytes of one field that are written.
    private static let maximumFieldBytes = 4096

    /// - Parameter label: becomes `SYSLOG_IDENTIFIER`.
    package init(label: String) {
        let hasJournal = access("/run/systemd/journal/socket", W_OK) == 0
        self.init(label: label, journal: hasJournal ? Self.sendToJournal : nil, fallback: Self.writeToStandardError)
    }

    package init(
        label: String, journal: (@Sendable ([(name: String, value: String)]) -> Bool)?,
        fallback: @escaping @Sendable (String) -> Void
    ) {
        self.label = label
        self.journal = journal
        self.fallback = fallback
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var facts = metadata
        facts.merge(metadataProvider?.get() ?? [:]) { _, new in new }
        facts.merge(event.metadata ?? [:]) { _, new in new }
        // The code alone: a cause may hold what nobody has checked for patient data.
        if let error = event.error as? WatchError { facts["code"] = .string(error.code.rawValue) }
        let messageID = facts.removeValue(forKey: JournalMessage.metadataKey).map { "\($0)" }
        let sorted = facts.map { (key: $0.key, value: Self.clean("\($0.value)")) }.sorted { $0.key < $1.key }
        let message = Self.clean("\(event.message)")
        let priority = Self.priority(event.level)
        if let journal {
            var fields = [("MESSAGE", message), ("PRIORITY", "\(priority)"), ("SYSLOG_IDENTIFIER", label)]
            if let messageID { fields.append(("MESSAGE_ID", messageID)) }
            fields += sorted.map { (Self.fieldName($0.key), $0.value) }
            if journal(fields) { return }
        }
        let tail = sorted.map { " \($0.key)=\($0.value)" }.joined()
        fallback("<\(priority)>\(label): \(message)\(tail)\n")
    }

    /// Syslog priorities, sd-daemon(3).
    static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    /// `caseID` → `FCDWATCH_CASE_ID`; the journal takes A–Z, 0–9 and `_`, at most 64 characters.
    package static func fieldName(_ key: String) -> String {
        var name = ""
        var wasLower = false
        for character in key.unicodeScalars {
            let isUpper = ("A"..."Z").contains(character)
            if isUpper && wasLower { name += "_" }
            wasLower = ("a"..."z").contains(character) || ("0"..."9").contains(character)
            name += isUpper || wasLower ? String(character).uppercased() : "_"
        }
        return String(("FCDWATCH_" + name).prefix(64))
    }

    /// One line: line feeds would forge entries in plain output.
    private static func clean(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard out.count < maximumFieldBytes / 4 else { break }
            out.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        return String(out)
    }

    @Sendable private static func sendToJournal(_ fields: [(name: String, value: String)]) -> Bool {
        let lines = fields.map { Array("\($0.name)=\($0.value)".utf8) }
        let storage = lines.flatMap { $0 }
        return storage.withUnsafeBytes { bytes in
            var vectors: [iovec] = []
            var offset = 0
            for line in lines {
                vectors.append(
                    iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress! + offset), iov_len: line.count)
                )
                offset += line.count
            }
            return sd_journal_sendv(vectors, Int32(vectors.count)) == 0
        }
    }

    @Sendable private static func writeToStandardError(_ line: String) {
        // One write for one line, so that lines of several tasks do not mix. There is nobody left to tell of a failure.
        let bytes = Array(line.utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
