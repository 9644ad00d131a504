import ConvNet
import Foundation

/// Runs the contestants of a race, each in a process of its own.
struct RaceProcesses {
    let python: String
    /// scripts/race/peers.py
    let peers: String
    /// Where weights and inputs are.
    let folder: String
    let shape: VolumeShape
    let threads: Int
    let calls: Int

    /// A contestant that takes longer is stopped.
    private static let limitSeconds = 3600.0

    /// Makes the files of a heat, where they are not there yet, and reads what should come out.
    func reference(of heat: Race.Heat) throws -> RaceReference {
        _ = try output(python, ["-B", peers, "prepare"] + common(heat))
        let file = URL(fileURLWithPath: "\(folder)/resnet\(heat.depth)-\(shape).json")
        return try JSONDecoder().decode(RaceReference.self, from: Data(contentsOf: file))
    }

    func run(_ heat: Race.Heat, _ contestant: String) throws -> RaceRun {
        let text =
            contestant == Race.ours
            ? try output(
                "/proc/self/exe",
                [
                    "bench", heat.what.rawValue, "--depth", "\(heat.depth)", "--threads", "\(threads)", "--rounds",
                    "\(calls)",
                    "--weights", "\(folder)/resnet\(heat.depth).pth", "--input", "\(folder)/input-\(shape).safetensors",
                    "--json",
                ])
            : try output(
                python,
                ["-B", peers, "run", contestant] + common(heat) + ["--threads", "\(threads)", "--calls", "\(calls)"])
        let last = text.split(separator: "\n").last ?? ""
        return try JSONDecoder().decode(RaceRun.self, from: Data(last.utf8))
    }

    private func common(_ heat: Race.Heat) -> [String] {
        ["--depth", "\(heat.depth)", "--shape", "\(shape)", "--work", folder]
    }

    /// Standard output of a program that ends well; its standard error goes to ours where it does not.
    private func output(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        // The path of this very program, not of a newer one at its place.
        let isOurs = program == "/proc/self/exe"
        process.executableURL = URL(fileURLWithPath: isOurs ? program : "/usr/bin/env").resolvingSymlinksInPath()
        process.arguments = (isOurs ? [] : [program]) + arguments
        let errors = FileManager.default.temporaryDirectory.appending(path: "fcdwatch-race-\(UUID().uuidString).log")
        guard FileManager.default.createFile(atPath: errors.path, contents: nil) else {
            throw CocoaError(.fileWriteUnknown)
        }
        defer { unlink(errors.path) }
        let answer = Pipe()
        process.standardOutput = answer
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let watch = DispatchSource.makeTimerSource()
        watch.schedule(deadline: .now() + Self.limitSeconds)
        watch.setEventHandler { process.terminate() }
        watch.resume()
        defer { watch.cancel() }
        let data = answer.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let told = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
            throw RaceFailure(
                program: isOurs ? Race.ours : arguments.dropFirst(2).prefix(2).joined(separator: " "), told: told)
        }
        return String(decoding: data, as: UTF8.self)
    }
}

/// A contestant that did not finish.
struct RaceFailure: Error, CustomStringConvertible {
    let program: String
    let told: String

    var description: String {
        "\(program) did not finish the race. Make the peers' environment with scripts/race/environment.sh and name its "
            + "Python with --python. It said: \(told.split(separator: "\n").suffix(3).joined(separator: " "))"
    }
}
