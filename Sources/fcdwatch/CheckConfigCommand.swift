import ArgumentParser
import Watch

/// `fcdwatch check-config`.
struct CheckConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config", abstract: "Name every problem of the configuration; status 78 where there is one.",
        discussion: "Example: fcdwatch check-config --config fcdwatch.toml")

    @OptionGroup var site: SiteOptions

    func run() throws {
        let problems = try Configuration.problems(site.config)
        for problem in problems { Output.line(problem.description) }
        guard problems.isEmpty else { throw ExitCode(ExitStatus.configuration.rawValue) }
        Output.line("No problem.")
    }
}
