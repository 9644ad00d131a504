import ArgumentParser
import ConvNet
import Foundation
import Watch

/// `fcdwatch bench race`.
struct BenchRaceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "race", abstract: "Race against PyTorch, OpenVINO and captum on the same weights and input.",
        discussion: """
            Every round runs each contestant once, each in a process of its own. The peers need a Python environment, made by \
            scripts/race/environment.sh DIR. The last line is one JSON object with the ratios: how many times longer each \
            peer takes.

            Examples:
              fcdwatch bench race --python DIR/bin/python --what forward --depth 18
              fcdwatch bench race --python DIR/bin/python --all --report reports/engine/race.md
            """)

    @Option(parsing: .upToNextOption, help: "Any of forward, gradcam and train.")
    var what: [BenchmarkTask] = [.forward]
    @Option(parsing: .upToNextOption, help: "Any of 18, 34 and 50.")
    var depth: [Int] = [18]
    @Flag(help: "Forward at 18, 34 and 50, map and training step at 18.")
    var all = false
    @Option(help: "Voxels of the input.")
    var shape = BenchmarkSettings.standardShape
    @Option(help: "Threads of every contestant.")
    var threads = 2
    @Option(help: "Rounds.")
    var rounds = 5
    @Option(help: "Timed calls in each process.")
    var calls = 2
    @Option(help: ArgumentHelp("Python of the peers' environment.", valueName: "PYTHON"))
    var python = "python3"
    @Option(help: ArgumentHelp("The peers' script, scripts/race/peers.py.", valueName: "FILE"))
    var peers = "scripts/race/peers.py"
    @Option(help: ArgumentHelp("Folder of weights and inputs, kept; a temporary one without it.", valueName: "DIR"))
    var work: String?
    @Option(help: ArgumentHelp("Write the table as Markdown.", valueName: "FILE"))
    var report: String?

    func validate() throws {
        guard rounds > 0, calls > 0, threads > 0 else {
            throw ValidationError("--rounds, --calls and --threads are at least one.")
        }
        guard depth.allSatisfy([18, 34, 50].contains) else { throw ValidationError("--depth is 18, 34 or 50.") }
    }

    func run() throws {
        let machine = MachineFacts.current()
        let folder =
            work ?? FileManager.default.temporaryDirectory.appending(path: "fcdwatch-race-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { if work == nil { removeTemporary(folder) } }
        let contestants = RaceProcesses(
            python: python, peers: peers, folder: folder, shape: shape, threads: threads, calls: calls)
        let race = Race(rounds: rounds, run: contestants.run, progress: Output.progress)
        let heats = all ? Race.Heat.all : what.flatMap { what in depth.map { Race.Heat(what, depth: $0) } }
        let results = try heats.map { try race.result(of: $0, reference: try contestants.reference(of: $0)) }
        let table = RaceReport(
            results: results, machine: machine, shape: shape, threads: threads, rounds: rounds,
            command: command)
        Output.text(table.markdown)
        if let report { try Data(table.markdown.utf8).write(to: URL(fileURLWithPath: report), options: .atomic) }
        try Output.jsonLine(table.ratios)
    }

    /// What makes the same race, without the places of this machine.
    private var command: String {
        let heats = all ? "--all" : "--what \(what.map(\.rawValue).joined(separator: " ")) --depth \(words(depth))"
        return "fcdwatch bench race \(heats) --shape \(shape) --threads \(threads) --rounds \(rounds) --calls \(calls)"
    }

    private func words(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: " ") }

    private func removeTemporary(_ folder: String) {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            Output.progress("The temporary folder could not be removed: \(folder)")
        }
    }
}
