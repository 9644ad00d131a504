import ArgumentParser
import Watch

/// The command tree. Commands parse, wire and report; what they do is in the libraries.
@main
struct FCDWatchCommand: AsyncParsableCommand {

    static let configuration = CommandConfiguration(
        commandName: "fcdwatch",
        abstract: "Screens brain MR studies for focal cortical dysplasia type II, overnight and unattended.",
        discussion: """
            Research use only: decision support, not a diagnosis. A score below threshold does not exclude FCD.

            Examples:
              fcdwatch demo                          a night on sample studies
              fcdwatch inspect STUDY                 what would be used, and why
              fcdwatch screen STUDY --output REPORT  one study, no service
              fcdwatch run                           the service
            """,
        version: SoftwareVersion.current,
        groupedSubcommands: [
            CommandGroup(
                name: "The service:",
                subcommands: [RunCommand.self, DemoCommand.self, CheckConfigCommand.self, SelftestCommand.self]),
            CommandGroup(
                name: "One study:", subcommands: [ScreenCommand.self, InspectCommand.self, ConvertCommand.self]),
            CommandGroup(
                name: "What the service did:",
                subcommands: [
                    StatusCommand.self, ListCommand.self, ShowCommand.self, ExplainCommand.self, FindCommand.self,
                    RetryCommand.self, RescreenCommand.self, CompareCommand.self, AuditCommand.self,
                ]),
            CommandGroup(name: "Models:", subcommands: [ModelsCommand.self, BenchCommand.self]),
            CommandGroup(
                name: "Training:",
                subcommands: [
                    SimulateCommand.self, PretrainCommand.self, TrainCommand.self, CrossvalCommand.self,
                    EvaluateCommand.self, TablesCommand.self, StatsCommand.self,
                ]),
            CommandGroup(name: "Inside:", subcommands: [WorkerCommand.self]),
        ],
        helpNames: [.short, .long])

    static func main() async {
        await ExitStatus.run(FCDWatchCommand.self, arguments: Array(CommandLine.arguments.dropFirst()))
    }
}
