import ArgumentParser
import Foundation
import Ledger
import Watch

/// `fcdwatch status`.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what came in and what became of it; the sums must balance.",
        discussion: "Example: fcdwatch status --json")

    @OptionGroup var site: SiteOptions
    @OptionGroup var format: JSONOption

    func run() throws {
        let counts = try site.site().ledger.counts()
        guard !format.json else { return try Output.json(counts) }
        Output.line("Input files: \(counts.received) received")
        Output.table(InputOutcome.allCases.map { ["  " + $0.rawValue, "\(counts.inputs($0))"] })
        Output.line("Studies: \(counts.cases)")
        Output.table(CaseState.allCases.map { ["  " + $0.rawValue, "\(counts.cases($0))"] })
        if counts.superseded > 0 { Output.line("  superseded  \(counts.superseded)") }
        let refused = counts.inputCodes.filter { $0.outcome == InputOutcome.refused.rawValue }
        if !refused.isEmpty { Output.line("Refused") }
        Output.table(refused.map { ["  \($0.count)", $0.code ?? "-", ReasonTable.sentence(for: $0.code ?? "")] })
        guard counts.balanced else {
            Output.line("THE SUMS DO NOT BALANCE. Run fcdwatch audit verify.")
            throw ExitCode(ExitStatus.data.rawValue)
        }
        Output.line("The sums balance.")
    }
}

/// `fcdwatch list`.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the cases.", discussion: "Example: fcdwatch list --state waiting")

    @Option(help: "Only cases in this state: \(CaseState.allCases.map(\.rawValue).joined(separator: ", ")).")
    var state: CaseState?
    @OptionGroup var site: SiteOptions
    @OptionGroup var format: JSONOption

    func run() throws {
        let ledger = try site.site().ledger
        let cases = try state.map { try ledger.cases(state: $0) } ?? ledger.cases()
        guard !format.json else { return try Output.json(cases.map(PublicCase.init)) }
        var rows = [["CASE", "STATE", "CODE", "WAITING FOR", "VERDICT", "ATTEMPTS", "CHANGED"]]
        for record in cases { rows.append(PublicCase(record).cells) }
        Output.table(rows)
    }
}

extension CaseState: ExpressibleByArgument {}

/// `fcdwatch show`.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one case.", discussion: "Example: fcdwatch show 3f2a90c1d4e5")

    @Argument(help: "Name of the case.")
    var caseID: String
    @OptionGroup var site: SiteOptions
    @OptionGroup var format: JSONOption

    func run() throws {
        let found = try site.site().ledger.explain(caseID)
        let shown = PublicCase(found.record)
        guard !format.json else { return try Output.json(shown) }
        Output.table(shown.lines)
        let byOutcome = Dictionary(grouping: found.inputs, by: \.outcome)
        Output.table(byOutcome.map { ["files " + $0.key.rawValue, "\($0.value.count)"] }.sorted { $0[0] < $1[0] })
    }
}

/// `fcdwatch explain`.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Tell the whole story of one case from the audit.",
        discussion: "Example: fcdwatch explain 3f2a90c1d4e5")

    @Argument(help: "Name of the case.")
    var caseID: String
    @OptionGroup var site: SiteOptions
    @OptionGroup var format: JSONOption

    func run() throws {
        let found = try site.site().ledger.explain(caseID)
        guard !format.json else { return try Output.json(found.audit) }
        Output.table(PublicCase(found.record).lines)
        for older in found.supersedes { Output.line("takes the place of \(older)") }
        Output.line()
        Output.table(
            found.audit.filter { $0.event != AuditEvent.Kind.inputAssigned.rawValue }.map { row in
                ["\(row.seq)", LocalTime.text(row.utcUS), row.event, row.outcome, row.body]
            })
        if let code = found.record.code { Output.line("\n\(code): \(ReasonTable.sentence(for: code))") }
    }
}

/// `fcdwatch find`.
struct FindCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find", abstract: "Find the cases of a patient.",
        discussion: """
            Reads one patient identifier from standard input, so that it stands in no command history. Where the archive \
            names an issuer, write ISSUER, a tab, and the identifier.

            Example: fcdwatch find < identifier.txt
            """)

    @OptionGroup var site: SiteOptions
    @OptionGroup var format: JSONOption

    func run() throws {
        let opened = try site.site()
        guard let line = readLine(), !line.isEmpty else {
            throw ValidationError("Write a patient identifier to standard input.")
        }
        let parts = line.split(separator: "\t", maxSplits: 1).map(String.init)
        let pseudonym = opened.key.pseudonym(issuer: parts.count == 2 ? parts[0] : nil, patientID: parts.last ?? "")
        let cases = try opened.ledger.cases(pseudonym: pseudonym)
        guard !cases.isEmpty else {
            if format.json { try Output.json([PublicCase]()) } else { Output.line("No case of this patient.") }
            throw ExitCode(ExitStatus.noInput.rawValue)
        }
        guard !format.json else { return try Output.json(cases.map(PublicCase.init)) }
        Output.table(cases.map { PublicCase($0).cells })
    }
}

/// `fcdwatch retry`.
struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Put a failed case back into the queue; the running service takes it up.",
        discussion: "Example: fcdwatch retry 3f2a90c1d4e5")

    @Argument(help: "Name of the case.")
    var caseID: String
    @OptionGroup var site: SiteOptions

    func run() throws {
        let opened = try Site.open(
            site.configuration(), actor: "command retry", softwareVersion: SoftwareVersion.current)
        try Retry.again(caseID, in: opened.ledger)
        Output.line("The case is in the queue again.")
    }
}
