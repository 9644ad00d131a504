import ArgumentParser
import Ledger
import Watch

/// `fcdwatch list`.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the cases, or every input file.",
        discussion: """
            With --files there is one line for each file that came in: its number, outcome, code, case, bytes, and when \
            it came. Its name is not told: ask fcdwatch explain FILE.

            Examples:
              fcdwatch list --state waiting
              fcdwatch list --files --outcome refused
              fcdwatch list --files --case 3f2a90c1d4e5
            """)

    @Option(help: "Only cases in this state: \(CaseState.allCases.map(\.rawValue).joined(separator: ", ")).")
    var state: CaseState?
    @Flag(help: "List input files.")
    var files = false
    @Option(help: "Only files with this outcome: \(InputOutcome.allCases.map(\.rawValue).joined(separator: ", ")).")
    var outcome: InputOutcome?
    @Option(name: .customLong("case"), help: "Only files of this case.")
    var caseID: String?
    @OptionGroup var site: SiteOptions
    @OptionGroup var format: JSONOption

    func validate() throws {
        if files, state != nil { throw ValidationError("--state is for cases; files have an --outcome.") }
        if !files, outcome != nil || caseID != nil { throw ValidationError("Add --files.") }
    }

    func run() throws {
        let ledger = try site.site().ledger
        guard !files else { return try listFiles(ledger) }
        let cases = try state.map { try ledger.cases(state: $0) } ?? ledger.cases()
        guard !format.json else { return try Output.json(cases.map(PublicCase.init)) }
        for line in PublicCase.table(cases) { Output.line(line) }
    }

    private func listFiles(_ ledger: Ledger) throws {
        var last: Int64 = 0
        var all: [PublicInput] = []
        if !format.json { Output.line(PublicInput.header) }
        while true {
            let rows = try ledger.inputs(outcome: outcome, caseID: caseID, after: last)
            guard let end = rows.last?.id else { break }
            last = end
            let part = rows.map(PublicInput.init)
            if format.json { all += part } else { for input in part { Output.line(input.line) } }
        }
        if format.json { try Output.json(all) }
    }
}

extension CaseState: ExpressibleByArgument {}
extension InputOutcome: ExpressibleByArgument {}
