import ArgumentParser
import Imaging
import Ledger
import Watch

/// `fcdwatch retry`.
struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Put a case back into the queue; the running service takes it up.",
        discussion: """
            For a case that failed, or had no model. To screen one again that has ended otherwise, see fcdwatch rescreen.

            With --first the case goes to the head of the queue, also one that is arriving, waiting or ready. A study with \
            one whole image is then screened without waiting for the other.

            Examples:
              fcdwatch retry 3f2a90c1d4e5
              fcdwatch retry --first 3f2a90c1d4e5
            """)

    @Argument(help: "Name of the case.")
    var caseID: String
    @Flag(help: "Put it at the head of the queue.")
    var first = false
    @OptionGroup var site: SiteOptions

    func run() throws {
        let opened = try Site.open(
            site.configuration(), actor: "command retry", softwareVersion: SoftwareVersion.current)
        if first {
            Output.line(try Retry.first(caseID, in: opened.ledger))
        } else {
            try Retry.again(caseID, in: opened.ledger)
            Output.line("The case is in the queue again.")
        }
    }
}

/// `fcdwatch rescreen`.
struct RescreenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rescreen", abstract: "Screen finished studies again, as with a new profile or rule.",
        discussion: """
            Each chosen study gets a new case that takes the place of the old one; the old page stays. New arrivals go \
            first. A study whose private copies are gone (inbox.keepCopiesDays) is listed and left. Days are local, those \
            of the report; --until counts that day in.

            Examples:
              fcdwatch rescreen --since 2026-11-01 --profile site-2 --dry-run
              fcdwatch rescreen --since 2026-11-01 --until 2026-11-07 --profile site-2
              fcdwatch rescreen 3f2a90c1d4e5
            """)

    @Argument(help: ArgumentHelp("Names of cases.", valueName: "case"))
    var caseIDs: [String] = []
    @Option(help: ArgumentHelp("Studies reported on this day or later.", valueName: "YYYY-MM-DD"))
    var since: LocalDay?
    @Option(help: ArgumentHelp("Studies reported on this day or earlier.", valueName: "YYYY-MM-DD"))
    var until: LocalDay?
    @Option(help: "Profile in paths.models; the configured one by default.")
    var profile: String?
    @Option(help: "Only reported, or only notAssessable.")
    var state: CaseState?
    @Flag(help: "Only say what would be done.")
    var dryRun = false
    @OptionGroup var site: SiteOptions
    @OptionGroup var format: JSONOption

    func validate() throws {
        guard caseIDs.isEmpty != (since == nil) else { throw ValidationError("Give --since, or names of cases.") }
        guard since != nil || (until == nil && state == nil) else {
            throw ValidationError("--until and --state go with --since.")
        }
        guard state == nil || state == .reported || state == .notAssessable else {
            throw ValidationError("--state is reported or notAssessable.")
        }
    }

    func run() throws {
        let configuration = try site.configuration()
        // A profile that cannot be used is told before any case is made for it.
        if let profile { try ScreenSettings.check(profile: profile, configuration) }
        let opened =
            try dryRun
            ? Site.read(configuration)
            : Site.open(configuration, actor: "command rescreen", softwareVersion: SoftwareVersion.current)
        let rescreen = Rescreen(
            ledger: opened.ledger, key: opened.key, spool: DaemonSettings.spool(state: configuration.paths.state))
        var plan = try rescreen.plan(
            Rescreen.Request(
                sinceUS: since?.beginUS, untilUS: until?.endUS, caseIDs: caseIDs,
                states: state.map { [$0] } ?? [.reported, .notAssessable], profile: profile))
        if !dryRun, !plan.chosen.isEmpty { plan = try rescreen.enter(plan) }
        if format.json { try Output.json(plan) } else { tell(plan) }
        // Of a range some are always left; who names a case wants that one.
        guard caseIDs.isEmpty || plan.left.isEmpty else { throw ExitCode(ExitStatus.attention.rawValue) }
    }

    private func tell(_ plan: Rescreen.Plan) {
        let count = plan.chosen.count
        Output.line(
            "\(count) \(count == 1 ? "study" : "studies") \(dryRun ? "would be" : "will be") screened again"
                + (plan.profile.map { " with profile \($0)." } ?? "."))
        Output.table(plan.chosen.map { ["  " + $0.caseID] + ($0.newCaseID.map { ["now " + $0] } ?? []) })
        guard !plan.left.isEmpty else { return }
        Output.line("Left as they are: \(plan.left.count)")
        Output.table(plan.left.map { ["  " + $0.caseID, $0.reason.code, $0.reason.message] })
    }
}

/// `fcdwatch compare`.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Show results of studies that were screened again beside the earlier ones.",
        discussion: """
            Holds nothing that names a patient.

            Examples:
              fcdwatch compare --since 2026-11-01 --profile site-2
              fcdwatch compare --csv > compared.csv
            """)

    @Option(help: ArgumentHelp("Only what was asked for on this day or later.", valueName: "YYYY-MM-DD"))
    var since: LocalDay?
    @Option(help: "Only what was screened again with this profile.")
    var profile: String?
    @Flag(help: "Print comma-separated values.")
    var csv = false
    @OptionGroup var site: SiteOptions
    @OptionGroup var format: JSONOption

    func run() throws {
        let rows = try CaseComparison.read(
            site.site().ledger, sinceUS: since?.beginUS ?? 0, profile: profile)
        if format.json { return try Output.json(rows) }
        if csv { return Output.text(CaseComparison.csv(rows)) }
        guard !rows.isEmpty else { return Output.line("Nothing was screened again.") }
        Output.table([CaseComparison.header.map { $0.uppercased() }] + rows.map(\.cells))
        let changed = rows.filter(\.verdictChanged).count
        Output.line("\(rows.count) \(rows.count == 1 ? "study" : "studies"), \(changed) with another verdict.")
    }
}

/// A local day on the command line.
struct LocalDay: ExpressibleByArgument {
    /// µs since 1970: its first moment, and that of the next day.
    var beginUS: Int64
    var endUS: Int64

    init?(argument: String) {
        guard let begin = LocalTime.day(argument) else { return nil }
        beginUS = begin
        endUS = LocalTime.dayAfter(begin)
    }
}
