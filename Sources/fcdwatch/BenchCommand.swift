import ArgumentParser
import ConvNet
import Foundation
import Watch

/// `fcdwatch bench`.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure the speed of the networks, alone or against PyTorch and OpenVINO.",
        discussion: """
            Examples:
              fcdwatch bench forward --depth 18 --shape 160x192x160 --threads 2
              fcdwatch bench forward --weights resnet_18.pth --profile
              fcdwatch bench race --all --python PEERS/bin/python --report race.md

            Where no file is named, weights and input are random, the same for the same seed. FCDWATCH_KERNELS=avx512, avx2 \
            or plain forces one set of kernels.
            """,
        subcommands: [Forward.self, Gradcam.self, Train.self, BenchRaceCommand.self])

    /// `fcdwatch bench forward`.
    struct Forward: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Time input to logits.",
            discussion: "Example: fcdwatch bench forward --depth 50 --shape 160x192x160 --threads 2 --json")

        @OptionGroup var options: BenchOptions

        func run() throws { try options.run(.forward) }
    }

    /// `fcdwatch bench gradcam`.
    struct Gradcam: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Time input to the Grad-CAM map of layer4, class 1.",
            discussion: "Example: fcdwatch bench gradcam --depth 18 --threads 2 --json")

        @OptionGroup var options: BenchOptions

        func run() throws { try options.run(.gradcam) }
    }

    /// `fcdwatch bench train`.
    struct Train: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Time one training step: forward, backward and Adam on every parameter, batch 1.",
            discussion: """
                Examples:
                  fcdwatch bench train --depth 18 --threads 2 --rounds 5
                  fcdwatch bench train --depth 50 --trained layer4 --trained fc
                """)

        @OptionGroup var options: BenchOptions
        @Flag(help: "Keep the inputs of blocks alone and compute them again on the way back: less memory, more time.")
        var recompute = false
        @Option(help: "Train only layers whose name begins so, on what the frozen ones made once; may be repeated.")
        var trained: [String] = []

        func run() throws {
            try options.run(.train, memory: recompute ? .blockInputs : .convolutionOutputs, trainable: trained)
        }
    }
}

/// The network, the input and how often.
struct BenchOptions: ParsableArguments {
    @Option(help: "18, 34 or 50.")
    var depth = 18
    @Option(help: "Channels of the stem; those of the weights, or 64.")
    var width: Int?
    @Option(help: "Shortcut A or B; that of the weights, or B.")
    var shortcut: Architecture.Shortcut?
    @Option(help: "Voxels of the input; those of --input, or 160x192x160.")
    var shape: VolumeShape?
    @Option(help: "Threads; all processors by default.")
    var threads: Int?
    @Option(help: "Calls that are timed, after one that is not.")
    var rounds = 3
    @Option(help: ArgumentHelp("PyTorch checkpoint or safetensors; random weights without it.", valueName: "FILE.pth"))
    var weights: String?
    @Option(
        help: ArgumentHelp("Input volume, one tensor; a random one without it.", valueName: "FILE.safetensors"))
    var input: String?
    @Option(help: "Seed of random weights and input.")
    var seed: UInt64 = 0
    @Flag(help: "Print each layer's time and its share of the machine's peak, too.")
    var profile = false
    @Flag(help: "Print one JSON object on the last line.")
    var json = false

    func run(_ task: BenchmarkTask, memory: TrainingNetwork.Memory = .convolutionOutputs, trainable: [String] = [])
        throws
    {
        let benchmark = Benchmark(
            BenchmarkSettings(
                depth: depth, width: width, shortcut: shortcut, shape: shape,
                threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, rounds: rounds, weights: weights,
                input: input, seed: seed, memory: memory, trainable: trainable),
            kernels: try KernelSet.requested(), clock: MonotonicClock.seconds)
        var (report, table) = try benchmark.run(task, profiles: profile)
        report.version = "FCDWatch \(SoftwareVersion.current)"
        if let table {
            Output.table(table.cells)
            Output.line(table.note)
        }
        if json { try Output.jsonLine(report) } else { Output.line(report.text) }
    }
}

/// Seconds that go on evenly, whatever happens to the time of day.
enum MonotonicClock {
    private static let start = ContinuousClock.now

    static func seconds() -> Double {
        let passed = ContinuousClock.now - start
        return Double(passed.components.seconds) + Double(passed.components.attoseconds) * 1e-18
    }
}

extension VolumeShape: ExpressibleByArgument {}
extension BenchmarkTask: ExpressibleByArgument {}
