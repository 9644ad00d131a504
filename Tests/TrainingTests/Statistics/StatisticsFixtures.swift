import ConvNet
import Foundation

/// Recorded values under `Tests/Fixtures/stats`, and random cases that another program can make again.
enum StatisticsFixtures {
    static func decode<T: Decodable>(_ name: String, as type: T.Type = T.self) throws -> T {
        let file = Checkout.fixtures.appending(path: "stats/\(name)")
        return try JSONDecoder().decode(type, from: Data(contentsOf: file))
    }

    /// Labels, a score with many ties, and a better one without; `SeededGenerator` in the order of the lines below.
    static func scores(seed: UInt64, count: Int) -> (labels: [Bool], tied: [Double], smooth: [Double]) {
        var g = SeededGenerator(seed: seed)
        var result: (labels: [Bool], tied: [Double], smooth: [Double]) = ([], [], [])
        for _ in 0..<count {
            let label = g.uniform() < 0.45
            result.labels.append(label)
            let base = 0.6 * g.uniform()
            result.tied.append(((base + (label ? 0.4 : 0.2) * g.uniform()) * 50).rounded(.down) / 50)
            let smooth = 0.5 * g.uniform()
            result.smooth.append(smooth + (label ? 0.5 : 0.1) * g.uniform())
        }
        return result
    }
}

/// |actual − expected| ≤ tolerance · |expected|; an expected 0 must be met.
func isWithin(_ tolerance: Double, _ actual: Double?, _ expected: Double) -> Bool {
    guard let actual else { return false }
    return abs(actual - expected) <= tolerance * abs(expected)
}
