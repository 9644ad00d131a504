/// A race between this program and what a Python user would run on the same work: every round runs each contestant once, one
/// after the other, each in a process of its own, and medians over the rounds are compared, so that the ratios hold on a
/// noisy machine.
package struct Race {
    /// One network and task.
    package struct Heat: Codable, Sendable, Hashable {
        package var what: BenchmarkTask
        package var depth: Int

        package init(_ what: BenchmarkTask, depth: Int) {
            self.what = what
            self.depth = depth
        }

        /// The peers' names in `scripts/race/peers.py`.
        package var peers: [String] {
            switch what {
            case .forward: ["torch-jit", "openvino-f32", "openvino-default"]
            case .gradcam: ["captum"]
            case .train: ["torch-train"]
            }
        }

        /// What `--all` runs.
        package static let all =
            [18, 34, 50].map { Heat(.forward, depth: $0) } + [
                Heat(.gradcam, depth: 18), Heat(.train, depth: 18),
            ]
    }

    /// Name of this program among the contestants.
    package static let ours = "fcdwatch"

    package let rounds: Int
    /// Runs one contestant in a process of its own and returns what it printed.
    package let run: (_ heat: Heat, _ contestant: String) throws -> RaceRun
    package let progress: (String) -> Void

    /// - Precondition: at least one round
    package init(
        rounds: Int, run: @escaping (_ heat: Heat, _ contestant: String) throws -> RaceRun,
        progress: @escaping (String) -> Void = { _ in }
    ) {
        precondition(rounds > 0, "at least one round")
        self.rounds = rounds
        self.run = run
        self.progress = progress
    }

    /// - Parameter reference: what should come out
    package func result(of heat: Heat, reference: RaceReference) throws -> RaceResult {
        let contestants = [Self.ours] + heat.peers
        var runs: [String: [RaceRun]] = [:]
        for round in 1...rounds {
            for contestant in contestants {
                let run = try run(heat, contestant)
                runs[contestant, default: []].append(run)
                progress(
                    "\(heat.what.rawValue) ResNet-\(heat.depth), round \(round) of \(rounds): \(contestant) "
                        + "\(Decimals.text(run.seconds, 3)) s")
            }
        }
        return RaceResult(
            heat: heat,
            contestants: contestants.compactMap { name in
                runs[name].flatMap { RaceResult.Contestant(name, $0, heat.what, reference) }
            })
    }
}

/// What came of one heat.
package struct RaceResult: Codable, Sendable, Hashable {
    package struct Contestant: Codable, Sendable, Hashable {
        package var name: String
        package var version: String
        package var precision: String
        package var settings: String
        /// Of each round.
        package var rounds: [Double]
        /// Median of the rounds.
        package var seconds: Double
        /// Largest of all rounds, in MiB.
        package var peakMB: Int?
        /// Deviation from float64 relative to the largest value, the worst of all rounds.
        package var error: Double?

        init?(_ name: String, _ runs: [RaceRun], _ task: BenchmarkTask, _ reference: RaceReference) {
            guard let first = runs.first, let median = runs.map(\.seconds).median else { return nil }
            self.name = name
            version = first.version ?? ""
            precision = first.precision
            settings = [first.kernels.map { "\($0) kernels" }, first.settings].compactMap(\.self).joined(
                separator: ", ")
            rounds = runs.map(\.seconds)
            seconds = median
            peakMB = runs.compactMap(\.peakMB).max()
            error = runs.compactMap { reference.error(of: $0, in: task) }.max()
        }
    }

    package var heat: Race.Heat
    /// This program first.
    package var contestants: [Contestant]

    /// How many times longer each peer takes, by its name.
    package var ratios: [String: Double] {
        guard let ours = contestants.first, ours.seconds > 0 else { return [:] }
        return Dictionary(
            contestants.dropFirst().map { ($0.name, $0.seconds / ours.seconds) },
            uniquingKeysWith: { first, _ in first })
    }
}
