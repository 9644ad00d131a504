import CSystemd
import Glibc

/// Tells the service manager how the service is. Does nothing where there is no manager to tell.
package struct Notifier: Sendable {
    private let send: @Sendable (String) -> Int32

    /// - Parameter send: what delivers a message; by default `sd_notify`.
    package init(
        send: @escaping @Sendable (String) -> Int32 = { sd_notify(0, $0) }
    ) {
        self.send = send
    }

    /// Start-up is over.
    package func ready(_ status: String) { post("READY=1", status) }
    /// One line for `systemctl status`; no patient data.
    package func status(_ status: String) { post(nil, status) }
    /// The service ends of its own accord.
    package func stopping(_ status: String) { post("STOPPING=1", status) }
    /// Feeds the watchdog; see `Watchdog`.
    package func alive() { post("WATCHDOG=1", nil) }
    /// Asks for more time while starting up or stopping.
    package func extendTimeout(seconds: Int) { post("EXTEND_TIMEOUT_USEC=\(seconds * 1_000_000)", nil) }

    /// How often the manager wants to hear from the service, in ns; nil where the watchdog is off.
    package static func watchdogIntervalNS() -> Int64? {
        var microseconds: UInt64 = 0
        guard sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
        return Int64(clamping: microseconds) * 1000
    }

    private func post(_ state: String?, _ status: String?) {
        var lines = state.map { [$0] } ?? []
        if let status {
            // One line: a line feed would start another assignment.
            lines.append("STATUS=" + String(status.unicodeScalars.map { $0.value < 32 ? " " : Character($0) }))
        }
        // A manager that cannot be reached is no reason to stop the night; its watchdog acts on silence.
        _ = send(lines.joined(separator: "\n"))
    }
}
