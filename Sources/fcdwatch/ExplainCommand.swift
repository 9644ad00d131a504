import ArgumentParser
import Ledger
import Watch

/// `fcdwatch explain`.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Tell the story of a case, or what became of a file.",
        discussion: """
            A file is found by its content where it still exists, else by its place below the inbox. Nothing is told of it \
            but what was typed.

            Examples:
              fcdwatch explain 3f2a90c1d4e5
              fcdwatch explain 3f2a90c1d4e5 --rows      the audit rows behind the story
              fcdwatch explain /srv/fcdwatch/inbox/ct7/000123.dcm
            """)

    @Argument(help: "Name of a case, or a file.")
    var caseOrFile: String
    @Flag(help: "Show the audit rows too.")
    var rows = false
    @OptionGroup var site: SiteOptions
    @OptionGroup var format: JSONOption

    func run() throws {
        let opened = try site.site()
        if CaseName.isName(caseOrFile) {
            try explain(try opened.ledger.explain(caseOrFile))
        } else {
            try explain(try FileStory.find(caseOrFile, in: opened))
        }
    }

    private func explain(_ found: CaseExplanation) throws {
        let story = CaseStory(found)
        guard !format.json else {
            return try Output.json(
                Answer(
                    case: PublicCase(found.record), supersedes: found.supersedes, story: story.lines, audit: found.audit
                ))
        }
        Output.line("Case \(story.caseID)")
        Output.table(story.lines.map { [LocalTime.short($0.atUTC), $0.text] })
        guard rows else { return }
        Output.line()
        Output.table(
            found.audit.filter { $0.event != AuditEvent.Kind.inputAssigned.rawValue }.map { row in
                ["\(row.seq)", LocalTime.text(row.utcUS), row.event, row.outcome, row.body]
            })
    }

    private func explain(_ story: FileStory) throws {
        if format.json { try Output.json(story) } else { for line in story.lines { Output.line(line) } }
        guard story.now != nil || !story.deliveries.isEmpty else { throw ExitCode(ExitStatus.noInput.rawValue) }
    }

    /// What `--json` prints of a case.
    private struct Answer: Encodable {
        var `case`: PublicCase
        var supersedes: [String]
        var story: [CaseStory.Line]
        var audit: [AuditRow]
    }
}
