import ArgumentParser
import Ledger
import Watch

/// `fcdwatch audit`.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Verify or export the audit chain.", subcommands: [Verify.self, Export.self])

    /// `fcdwatch audit verify`.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check every row against the site key; status 65 and the row's number where one was changed.",
            discussion: """
                The head kept beside the ledger is compared too. Others were written in the journal at every report and in \
                each page's foot; with --anchor a ledger that was shortened or rolled back is seen though that file went with it.

                Example: fcdwatch audit verify --anchor 412:9f3c…
                """)

        @Option(help: ArgumentHelp("Head written elsewhere; may be given several times.", valueName: "SEQ:HASH"))
        var anchor: [String] = []
        @OptionGroup var site: SiteOptions
        @OptionGroup var format: JSONOption

        func run() throws {
            let anchors = try anchor.map { text in
                guard let anchor = AuditAnchor(text) else {
                    throw ValidationError("An anchor is a row's number, a colon, and 64 hexadecimal digits.")
                }
                return anchor
            }
            let result = try site.site().verifyAudit(anchors: anchors)
            let answer = Answer(result)
            if format.json { try Output.json(answer) } else { Output.line(answer.text) }
            guard result.isIntact else { throw ExitCode(ExitStatus.data.rawValue) }
        }
    }

    /// What `verify` prints.
    struct Answer: Codable {
        var intact: Bool
        var rows: Int64?
        var head: String?
        var brokenSeq: Int64?
        var why: String?

        init(_ result: AuditVerification) {
            switch result {
            case .intact(let count, let anchor):
                intact = true
                rows = count
                head = anchor?.description
            case .broken(let seq, let reason):
                intact = false
                brokenSeq = seq
                why = reason
            }
        }

        var text: String {
            intact
                ? "Intact: \(rows ?? 0) rows, head \(head ?? "none")"
                : "BROKEN at seq \(brokenSeq ?? 0): \(why ?? "")"
        }
    }

    /// `fcdwatch audit export`.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the audit as JSON lines.", discussion: "Example: fcdwatch audit export > audit.jsonl")

        @Option(help: "Only rows after this number.")
        var after: Int64 = 0
        @OptionGroup var site: SiteOptions

        func run() throws {
            _ = try site.site().ledger.exportAudit(after: after) { Output.line($0) }
        }
    }
}
