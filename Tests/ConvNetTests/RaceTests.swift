import ConvNet
import Testing

@Suite struct RaceTests {
    private let reference = RaceReference(logits: [1, -4], map: [0.5, 2], loss: 0.25)

    /// A run of so many seconds whose first logit is off by `error`.
    private func run(_ seconds: Double, _ error: Double = 0) -> RaceRun {
        RaceRun(
            seconds: seconds, precision: "float32", version: "v", peakMB: Int(seconds * 100), logits: [1 + error, -4])
    }

    @Test func contestantsTakeTurnsAndMediansAreCompared() throws {
        var order: [String] = []
        let seconds = ["fcdwatch": [1.0, 3, 2], "torch-jit": [8.0, 9, 1], "openvino-f32": [4.0, 4, 4]]
        let race = Race(rounds: 3) { heat, contestant in
            #expect(heat == Race.Heat(.forward, depth: 34))
            let round = order.count / 4
            order.append(contestant)
            return run(seconds[contestant]?[round] ?? 6)
        }
        let result = try race.result(of: Race.Heat(.forward, depth: 34), reference: reference)
        #expect(
            order
                == Array(repeating: ["fcdwatch", "torch-jit", "openvino-f32", "openvino-default"], count: 3).flatMap(
                    \.self))
        #expect(result.contestants.map(\.seconds) == [2, 8, 4, 6])
        #expect(result.contestants[0].rounds == [1, 3, 2])
        #expect(result.contestants[0].peakMB == 300)
        #expect(result.ratios == ["torch-jit": 4, "openvino-f32": 2, "openvino-default": 3])
    }

    @Test func failureOfAContestantEndsTheRace() {
        struct Broken: Error {}
        let race = Race(rounds: 2) { _, contestant in
            if contestant == "captum" { throw Broken() }
            return run(1)
        }
        #expect(throws: Broken.self) { try race.result(of: Race.Heat(.gradcam, depth: 18), reference: reference) }
    }

    @Test func errorIsRelativeToTheLargestValueAndTheWorstOfAllRounds() throws {
        var errors = [0.0004, 0.004, 0]
        let race = Race(rounds: 3) { _, contestant in
            contestant == "fcdwatch" ? run(1, errors.removeLast()) : RaceRun(seconds: 1, precision: "bf16")
        }
        let result = try race.result(of: Race.Heat(.forward, depth: 18), reference: reference)
        let error = try #require(result.contestants[0].error)
        #expect(abs(error - 0.001) < 1e-12)
        #expect(result.contestants[1].error == nil)
    }

    @Test func mapsAndTheFirstLossAreCompared() {
        let run = RaceRun(seconds: 1, precision: "float32", map: [0.5, 2.2], losses: [0.5, 9])
        #expect(reference.error(of: run, in: .gradcam).map { abs($0 - 0.1) < 1e-12 } == true)
        #expect(reference.error(of: run, in: .train) == 1)
        #expect(reference.error(of: run, in: .forward) == nil)
        #expect(reference.error(of: RaceRun(seconds: 1, precision: "", map: [1]), in: .gradcam) == nil)
    }

    @Test func notANumberIsNoSmallError() {
        let run = RaceRun(seconds: 1, precision: "", logits: [.nan, -4])
        #expect(reference.error(of: run, in: .forward) == .infinity)
    }

    @Test func allHeatsAreThreeForwardsAMapAndAStep() {
        #expect(
            Race.Heat.all.map { "\($0.what.rawValue)\($0.depth)" } == [
                "forward18", "forward34", "forward50", "gradcam18", "train18",
            ])
    }

    @Test func reportNamesMachineVersionsPrecisionAndRatios() throws {
        let race = Race(rounds: 1) { _, contestant in
            contestant == "fcdwatch"
                ? RaceRun(
                    seconds: 0.5, precision: "float32", version: "FCDWatch 9", settings: "s", kernels: "avx2",
                    logits: [1, -4.00002])
                : RaceRun(seconds: 1.25, precision: "bf16", version: "OpenVINO 7", logits: [1.02, -4])
        }
        let machine = MachineFacts(
            processor: "Some CPU", processors: 2, instructions: ["avx2", "amx_bf16"], memoryMB: 8000, kernel: "6.1",
            loadAverage: 0.25)
        let report = RaceReport(
            results: [try race.result(of: Race.Heat(.forward, depth: 18), reference: reference)], machine: machine,
            shape: VolumeShape(SIMD3(160, 192, 160)), threads: 2, rounds: 1, command: "fcdwatch bench race")
        let text = report.markdown
        for part in [
            "Made by `fcdwatch bench race`.", "Some CPU, 2 logical processors", "| AMX | yes", "| 0.25 |",
            "Threads of each contestant: 2.",
            "## ResNet-18, forward", "160x192x160",
            "| fcdwatch | FCDWatch 9 | float32 | **0.500** | 0.500 |  | 1.00 | 5.0e-6 | avx2 kernels, s |",
            "| openvino-default | OpenVINO 7 | bf16 | **1.250** | 1.250 |  | 2.50 | 5.0e-3 |  |",
        ] {
            #expect(text.contains(part), "\(part)\n\(text)")
        }
        #expect(report.ratios["forward-18"]?["openvino-f32"] == 2.5)
    }
}
