/// The table of a race, in Markdown, with all that is needed to run it again or to doubt it.
package struct RaceReport: Sendable {
    package var results: [RaceResult]
    package var machine: MachineFacts
    package var shape: VolumeShape
    package var threads: Int
    package var rounds: Int
    /// As it would be typed.
    package var command: String

    package init(
        results: [RaceResult], machine: MachineFacts, shape: VolumeShape, threads: Int, rounds: Int, command: String
    ) {
        self.results = results
        self.machine = machine
        self.shape = shape
        self.threads = threads
        self.rounds = rounds
        self.command = command
    }

    package var markdown: String {
        ([head] + results.map(section)).joined(separator: "\n\n") + "\n"
    }

    /// `forward 18` and so on, each with every peer's ratio: what programs read.
    package var ratios: [String: [String: Double]] {
        Dictionary(
            results.map { ("\($0.heat.what.rawValue)-\($0.heat.depth)", $0.ratios) },
            uniquingKeysWith: { first, _ in first })
    }

    private var head: String {
        let instructions =
            machine.instructions.isEmpty ? "none of those asked for" : machine.instructions.joined(separator: " ")
        let load = machine.loadAverage.map { Decimals.text($0, 2) } ?? "unknown"
        return """
            # Race

            Made by `\(command)`.

            Every round runs each contestant once, one after the other, each in a process of its own: it loads, makes a call \
            that is not timed, then timed calls, of which the median counts. The table holds medians of \(rounds) rounds. \
            Threads of each contestant: \(threads). Input \(shape) voxels, batch 1; random weights and input from fixed \
            seeds, the same files for all. The error is the largest deviation from PyTorch in float64, divided by the \
            largest value: of the logits for `forward`, of the signed map of layer4 for `gradcam`, of the first loss for \
            `train`.

            | machine | |
            |---|---|
            | processor | \(machine.processor), \(machine.processors) logical processors |
            | instructions | \(instructions) |
            | AMX | \(machine.hasAMX ? "yes: bf16 runs on units of its own here" : "no") |
            | memory | \(machine.memoryMB) MiB |
            | kernel | \(machine.kernel) |
            | load before the race | \(load) |
            """
    }

    private func section(_ result: RaceResult) -> String {
        let ours = result.contestants.first?.seconds ?? 0
        let rows = result.contestants.map { contestant in
            let spread = contestant.rounds.map { Decimals.text($0, 3) }
            return [
                contestant.name, contestant.version, contestant.precision,
                "**\(Decimals.text(contestant.seconds, 3))**",
                spread.joined(separator: " "), contestant.peakMB.map { "\($0)" } ?? "",
                ours > 0 ? Decimals.text(contestant.seconds / ours, 2) : "",
                contestant.error.map(Self.scientific) ?? "", contestant.settings,
            ]
        }
        let header = [
            "contestant", "version", "precision", "median s", "rounds", "peak MiB", "times ours", "error", "settings",
        ]
        let lines = ([header, header.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
        return "## \(Self.title(result.heat))\n\n" + lines.joined(separator: "\n")
    }

    private static func title(_ heat: Race.Heat) -> String {
        let task =
            switch heat.what {
            case .forward: "forward"
            case .gradcam: "Grad-CAM of layer4"
            case .train: "one training step: forward, backward, Adam"
            }
        return "ResNet-\(heat.depth), \(task)"
    }

    /// One digit, as in 3e-6.
    static func scientific(_ value: Double) -> String {
        guard value.isFinite, value > 0 else { return "\(value)" }
        var exponent = 0
        var digit = value
        while digit < 1 {
            digit *= 10
            exponent -= 1
        }
        while digit >= 10 {
            digit /= 10
            exponent += 1
        }
        let text = Decimals.text(digit, 1)
        return text == "10.0" ? "1.0e\(exponent + 1)" : "\(text)e\(exponent)"
    }
}
