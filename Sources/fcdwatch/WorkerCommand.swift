import ArgumentParser
import Watch

/// `fcdwatch worker`: what the service starts for every job. Not for people.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Do one job from standard input. Started by the service.", shouldDisplay: false
    )

    func run() throws {
        throw ExitCode(WorkerMain.run())
    }
}
