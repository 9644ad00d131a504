import ArgumentParser
import Imaging
import Ledger
import Logging
import Watch

/// `fcdwatch status`.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Tell whether all is well: the service, what came in, and what became of it.",
        discussion: """
            Exit status 0 means that all is well, 1 that somebody should look (the service is silent, there is an alarm, \
            studies failed, room is short), 65 that the sums do not balance.

            With --morning, the night that ends now is judged as [notice] in the configuration says: did files come, did \
            every study end, did the service live. What is wrong goes to the journal too. fcdwatch-morning.timer runs it.

            Examples:
              fcdwatch status
              fcdwatch status --brief             one line, for a monitoring system
              fcdwatch status --json
              fcdwatch status --morning
            """)

    @Flag(help: "One line.")
    var brief = false
    @Flag(help: "Judge the night that ends now, and log what is wrong.")
    var morning = false
    @OptionGroup var site: SiteOptions
    @OptionGroup var format: JSONOption

    func validate() throws {
        guard !brief || !morning else { throw ValidationError("Give --brief or --morning, not both.") }
    }

    func run() throws {
        let opened = try site.site()
        guard !morning else { return try judgeNight(opened) }
        let status = try SiteStatus.read(opened)
        if format.json {
            try Output.json(status)
        } else {
            for line in brief ? [status.brief] : status.lines { Output.line(line) }
        }
        guard status.counts.balanced else { throw ExitCode(ExitStatus.data.rawValue) }
        guard status.isWell else { throw ExitCode(ExitStatus.attention.rawValue) }
    }

    private func judgeNight(_ opened: Site) throws {
        let found = try SiteStatus.morning(opened)
        if format.json {
            try Output.json(found)
        } else if found.isEmpty {
            Output.line("The night was as it should be.")
        }
        let log = ServiceLog.make(level: opened.configuration.service.logLevel)
        for reason in found {
            if !format.json { Output.line("\(reason.code): \(reason.message)") }
            log.error(
                "The night was not as it should be.",
                metadata: JournalMessage.nightNotice.metadata(["code": "\(reason.code)"]))
        }
        guard found.isEmpty else { throw ExitCode(ExitStatus.attention.rawValue) }
    }
}
