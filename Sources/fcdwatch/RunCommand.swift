import ArgumentParser
import Watch

/// `fcdwatch run`.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the service: watch the inbox, screen what arrives, publish reports.",
        discussion: """
            Stops in order on SIGTERM or SIGINT; the case at work goes back to the queue. A second service on the same \
            state folder ends with status 75.

            Example: fcdwatch run --once --config /etc/fcdwatch/fcdwatch.toml
            """)

    @OptionGroup var site: SiteOptions
    @Flag(help: "Work until inbox and queue are empty, wait for nothing that is not here, then end.")
    var once = false
    @Flag(help: "At the first start, take what lies in the inbox already.")
    var adopt = false

    func run() async throws {
        let configuration = try site.configuration()
        let settings = try DaemonSettings(configuration, softwareVersion: SoftwareVersion.current)
        let log = ServiceLog.make(level: configuration.service.logLevel)
        let lock = try InstanceLock(folder: settings.state)
        defer { withExtendedLifetime(lock) {} }
        let opened = try Site.open(configuration, actor: "service", softwareVersion: SoftwareVersion.current)
        let service = WatchService(site: opened, settings: settings, log: log)
        try await service.prepare(adopts: adopt)
        if once {
            try await service.runOnce()
        } else {
            try await service.runUntilSignalled()
        }
    }
}
