import Logging
import Watch

/// The service's log: journal fields under systemd, plain lines elsewhere.
enum ServiceLog {
    static func make(level: String) -> Logger {
        var log = Logger(label: "fcdwatch", factory: { JournalLogHandler(label: $0) })
        log.logLevel = Logger.Level(rawValue: level) ?? .info
        return log
    }
}
