import ArgumentParser
import Foundation
import Ledger
import Watch

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
        for older in found.supersedes { Output.line("takes the place of  \(older)") }
        let byOutcome = Dictionary(grouping: found.inputs, by: \.outcome)
        Output.table(byOutcome.map { ["files " + $0.key.rawValue, "\($0.value.count)"] }.sorted { $0[0] < $1[0] })
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
        for line in PublicCase.table(cases) { Output.line(line) }
    }
}
