import ArgumentParser

/// `fcdwatch demo`.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "demo", abstract: "Run a night on sample studies.")
    func run() async throws {}
}
