import CSystemd
import Glibc
import Ledger
package import Logging
import ServiceLifecycle
import UnixSignals

/// The daemon as a service: start-up, readiness, watchdog, and an end in order.
package struct WatchService: Service, Sendable {
    private let daemon: Daemon
    private let settings: DaemonSettings
    private let notifier: Notifier
    private let log: Logger
    private let stallSeconds: Int
    private let configurationHash: String

    package init(
        site: Site, settings: DaemonSettings, log: Logger, time: any TimeSource = SystemTime(),
        notifier: Notifier = Notifier()
    ) {
        // Before the threads are there that would get arenas of their own.
        fcdwatch_keep_heap_small()
        self.settings = settings
        self.notifier = notifier
        self.log = log
        stallSeconds = site.configuration.service.stallSeconds
        configurationHash = site.configuration.hash
        daemon = Daemon(
            settings: settings, ledger: site.ledger, key: site.key, time: time, log: log, notifier: notifier)
    }

    /// Brings ledger and folders into agreement; nothing is taken yet.
    package func prepare(adopts: Bool) async throws { try await daemon.prepare(adopts: adopts) }

    /// Works until there is nothing left.
    package func runOnce() async throws { try await daemon.runOnce() }

    /// Runs until SIGTERM or SIGINT asks it to stop.
    package func runUntilSignalled() async throws {
        let group = ServiceGroup(
            configuration: .init(services: [self], gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
        try await group.run()
    }

    /// Runs until it is told to stop: a graceful shutdown hands the case back and enters its end.
    package func run() async throws {
        let waker = openWaker()
        let watchdog = Watchdog(time: SystemTime(), notifier: notifier, patienceSeconds: stallSeconds)
        notifier.ready("watching the inbox")
        log.notice(
            "The service watches its inbox.",
            metadata: JournalMessage.started.metadata(["configuration": "\(configurationHash)"]))
        try await withGracefulShutdownHandler {
            try await runUntilShutdown(waker, watchdog)
        } onGracefulShutdown: {
            notifier.stopping("stopping: the case at work goes back to the queue")
        }
        waker?.stop()
        log.notice("The service stopped in order.", metadata: JournalMessage.stopping.metadata)
    }

    /// Ends when it is told to, or with the error of the part that ended first; the service manager then starts anew.
    private func runUntilShutdown(_ waker: InotifyWaker?, _ watchdog: Watchdog) async throws {
        let daemon = daemon
        let log = log
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await daemon.run(wakes: waker?.wakes, watchdog: watchdog) }
            if let interval = Notifier.watchdogIntervalNS() {
                group.addTask {
                    try await watchdog.run(intervalNS: interval) { parts in
                        log.error(
                            "A part of the service does not get on; the watchdog is not fed.",
                            metadata: JournalMessage.loopSilent.metadata([
                                "part": "\(parts.map(\.rawValue).joined(separator: " "))"
                            ]))
                    }
                }
            }
            group.addTask { try await gracefulShutdown() }
            var failure: (any Error)?
            while true {
                do {
                    guard try await group.next() != nil else { break }
                } catch is CancellationError {
                    // reason: a part that was told to end has ended.
                } catch {
                    failure = failure ?? error
                    log.critical("A part of the service failed.", metadata: ["code": "\(Self.code(of: error))"])
                }
                group.cancelAll()
            }
            if let failure { throw failure }
        }
    }

    private static func code(of error: any Error) -> String {
        switch error {
        case let error as WatchError: error.code.rawValue
        case let error as LedgerError: error.code.rawValue
        default: "UNKNOWN"
        }
    }

    private func openWaker() -> InotifyWaker? {
        do {
            return try InotifyWaker(root: settings.inbox)
        } catch {
            log.warning(
                "The kernel gives no file events; the periodic scan does the work alone.",
                metadata: ["code": "\(error.code.rawValue)"])
            return nil
        }
    }
}
