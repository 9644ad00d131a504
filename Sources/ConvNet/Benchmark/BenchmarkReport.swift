/// What one measurement found. Its JSON is the last line of `fcdwatch bench`, and the names in it are stable.
package struct BenchmarkReport: Codable, Sendable, Hashable {
    package var what: BenchmarkTask
    package var depth: Int
    package var width: Int
    package var shortcut: Architecture.Shortcut
    /// As in "160x192x160".
    package var shape: String
    package var threads: Int
    /// Instruction set of the kernels: avx512, avx2 or plain.
    package var kernels: String
    package var precision: String
    package var version: String?
    /// Median of `rounds`; weights are loaded and one call was made before.
    package var seconds: Double
    /// Seconds of each timed call, in their order.
    package var rounds: [Double]
    /// Seconds from files to a network, without the first call.
    package var loadSeconds: Double
    /// Of `train` with frozen layers: seconds for their output, made once.
    package var trunkSeconds: Double?
    /// Most memory that the process ever had resident, in MiB.
    package var peakMB: Int?
    /// What was asked for before the work began, beside the process itself, in MiB.
    package var neededMB: Int?
    /// Of `forward` and `gradcam`.
    package var logits: [Float]?
    /// Of `gradcam`: the signed map's values in C order, their shape and their sum.
    package var map: [Float]?
    package var mapShape: [Int]?
    package var mapSum: Double?
    /// Of `train`: loss of each call, the one that is not timed first; the steps are taken one after the other.
    package var losses: [Double]?

    enum CodingKeys: String, CodingKey {
        case what, depth, width, shortcut, shape, threads, kernels, precision, version, seconds, rounds, logits, map
        case losses
        case loadSeconds = "load_seconds"
        case trunkSeconds = "trunk_seconds"
        case peakMB = "rss_mb"
        case neededMB = "needed_mb"
        case mapShape = "map_shape"
        case mapSum = "map_sum"
    }

    /// For people.
    package var text: String {
        func rounded(_ value: Double) -> String { Decimals.text(value, 3) }
        var lines = [
            "ResNet-\(depth), width \(width), shortcut \(shortcut.rawValue), \(shape) voxels, \(precision), "
                + "\(kernels) kernels, \(threads) threads",
            "\(what.rawValue): \(rounded(seconds)) s, median of \(rounds.count) "
                + "(\(rounded(rounds.min() ?? 0)) to \(rounded(rounds.max() ?? 0)))",
        ]
        if let trunkSeconds { lines.append("frozen layers: \(rounded(trunkSeconds)) s, once for each scan") }
        if let peakMB { lines.append("peak memory \(peakMB) MiB; weights loaded in \(rounded(loadSeconds)) s") }
        if let logits { lines.append("logits " + logits.map { "\($0)" }.joined(separator: ", ")) }
        if let mapSum, let mapShape {
            lines.append("map of \(mapShape.map(String.init).joined(separator: "x")), sum \(mapSum)")
        }
        if let losses { lines.append("losses " + losses.map { Decimals.text($0, 6) }.joined(separator: ", ")) }
        return lines.joined(separator: "\n")
    }
}

/// Numbers with a fixed count of decimals, without a locale.
enum Decimals {
    static func text(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
        let scale = (0..<decimals).reduce(1) { product, _ in product * 10 }
        let whole = Int((abs(value) * Double(scale)).rounded())
        let digits = String(whole % scale)
        let sign = value < 0 && whole > 0 ? "-" : ""
        if decimals == 0 { return sign + "\(whole)" }
        return sign + "\(whole / scale)." + String(repeating: "0", count: decimals - digits.count) + digits
    }
}
