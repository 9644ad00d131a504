import ArgumentParser
import Screening
import Watch

/// `fcdwatch check-config`.
struct CheckConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config", abstract: "Name every problem of the configuration; status 78 where there is one.",
        discussion: "Example: fcdwatch check-config --config fcdwatch.toml")

    @OptionGroup var site: SiteOptions

    func run() throws {
        var problems = try Configuration.problems(site.config).map(\.description)
        if problems.isEmpty { problems = modelProblems(try site.configuration()) }
        for problem in problems { Output.line(problem) }
        guard problems.isEmpty else { throw ExitCode(ExitStatus.configuration.rawValue) }
        Output.line("No problem.")
    }

    /// What is wrong with the bundles that the configuration names.
    private func modelProblems(_ configuration: Configuration) -> [String] {
        do {
            let settings = try DaemonSettings(configuration, softwareVersion: SoftwareVersion.current)
            for modality in Modality.allCases {
                if let folder = settings.screening.bundles[modality] { _ = try ModelBundle.load(folder) }
            }
            return []
        } catch {
            return ["screening: \(error)"]
        }
    }
}
