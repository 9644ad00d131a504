/// What one process of a contestant printed on its last line. `fcdwatch bench` and `scripts/race/peers.py` use the same
/// names.
package struct RaceRun: Codable, Sendable, Hashable {
    package var seconds: Double
    package var precision: String
    package var version: String?
    package var settings: String?
    package var kernels: String?
    package var peakMB: Int?
    package var logits: [Double]?
    package var map: [Double]?
    package var losses: [Double]?

    enum CodingKeys: String, CodingKey {
        case seconds, precision, version, settings, kernels, logits, map, losses
        case peakMB = "rss_mb"
    }

    package init(
        seconds: Double, precision: String, version: String? = nil, settings: String? = nil, kernels: String? = nil,
        peakMB: Int? = nil, logits: [Double]? = nil, map: [Double]? = nil, losses: [Double]? = nil
    ) {
        self.seconds = seconds
        self.precision = precision
        self.version = version
        self.settings = settings
        self.kernels = kernels
        self.peakMB = peakMB
        self.logits = logits
        self.map = map
        self.losses = losses
    }
}

/// What should come out, computed in float64.
package struct RaceReference: Codable, Sendable, Hashable {
    package var logits: [Double]
    package var map: [Double]
    /// Cross-entropy of the first training step, before the weights change.
    package var loss: Double

    package init(logits: [Double], map: [Double], loss: Double) {
        self.logits = logits
        self.map = map
        self.loss = loss
    }

    /// The largest deviation of a run's result, divided by the largest expected value; nil where it has no such result.
    package func error(of run: RaceRun, in task: BenchmarkTask) -> Double? {
        let (got, want): ([Double]?, [Double]) =
            switch task {
            case .forward: (run.logits, logits)
            case .gradcam: (run.map, map)
            case .train: (run.losses.map { Array($0.prefix(1)) }, [loss])
            }
        guard let got, got.count == want.count, let largest = want.map(abs).max(), largest > 0 else { return nil }
        // A value that is not a number makes the error infinite, not small.
        return zip(got, want).map { ($0 - $1).isNaN ? .infinity : abs($0 - $1) }.max().map { $0 / largest }
    }
}
