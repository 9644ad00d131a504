internal import Foundation

/// How much two images say about each other inside the brain, whatever their contrasts: normalised mutual information
/// less one (Studholme 1999), 0 for images that know nothing of each other.
///
/// Two contrasts of one brain share its folds, and once laid upon each other tell much of each other; two brains share
/// only what all brains have. The second image may lie a little elsewhere than its header says, because the patient moved:
/// the best place nearby counts, by whole-body motion alone.
struct HeadLikeness: Sendable, Hashable {
    /// At the best place.
    var information: Double
    /// By how much that is more than 8 mm away from there, where folds no longer lie on their own: what all brains have in
    /// common (fluid within, cortex without) falls out.
    var peak: Double
    /// How far the second head had to be moved there, at its middle, mm.
    var movedMM: Double

    static let awayMM = 8.0
    static let bins = 24
    /// Voxels that are looked at, spread evenly: more change nothing.
    static let sampleSize = 50_000
    /// Fewer common voxels say nothing.
    static let leastCount = 5000
    /// Intensities beyond these shares of the brain's count as the ends.
    static let ends = 0.01...0.99
    /// The steps of the search: mm, and as many half degrees.
    static let steps = [8.0, 4, 2, 1, 0.5]

    /// Nil where the brains have too little in common to be compared.
    ///
    /// - Parameter threads: count; the result does not depend on their number.
    init?(_ first: HeadOutline, _ second: HeadOutline, threads: Int = 1) {
        guard let search = Search(first, second, threads: threads) else { return nil }
        // Where the headers place it, and middle upon middle.
        let starts = [SIMD3<Double>.zero, second.middleRAS - first.middleRAS].map { Motion(shift: $0) }
        var best = starts[0]
        var most = -1.0
        for start in starts {
            let value = search.information(start)
            if value > most { (best, most) = (start, value) }
        }
        for step in Self.steps {
            var improved = true
            var rounds = 0
            while improved, rounds < 4 {
                improved = false
                rounds += 1
                for part in 0..<6 {
                    for sign in [-1.0, 1] {
                        let next = best.stepped(part, sign * step)
                        let value = search.information(next)
                        if value > most { (best, most, improved) = (next, value, true) }
                    }
                }
            }
        }
        guard most >= 0 else { return nil }
        let away = (0..<6).map { part in
            search.information(best.shifted(part % 3, part < 3 ? Self.awayMM : -Self.awayMM))
        }.filter { $0 >= 0 }
        guard !away.isEmpty else { return nil }
        information = most
        peak = most - away.reduce(0, +) / Double(away.count)
        movedMM = (best.shift * best.shift).sum().squareRoot()
    }

    /// A turn about the first head's middle, then a shift.
    private struct Motion {
        var shift = SIMD3<Double>.zero
        var degrees = SIMD3<Double>.zero

        func stepped(_ part: Int, _ step: Double) -> Motion {
            var result = self
            if part < 3 { result.shift[part] += step } else { result.degrees[part - 3] += step / 2 }
            return result
        }

        func shifted(_ axis: Int, _ millimetres: Double) -> Motion {
            var result = self
            result.shift[axis] += millimetres
            return result
        }

        func affine(about middle: SIMD3<Double>) -> Affine {
            var turn = Affine.turn(degrees: degrees)
            turn.translation = middle + shift - turn(middle)
            return turn
        }
    }

    private struct Search {
        /// Places of the first brain's voxels, RAS mm, and the bins of their intensities.
        let places: [SIMD3<Double>]
        let levels: [Int]
        let second: HeadOutline
        let middle: SIMD3<Double>
        let toVoxels: Affine
        let ends: (low: Float, high: Float)
        let threads: Int

        init?(_ first: HeadOutline, _ second: HeadOutline, threads: Int) {
            guard let inverse = second.relative.grid.affineRAS.inverse, let ends = Self.ends(of: second),
                let own = Self.ends(of: first)
            else { return nil }
            self.second = second
            self.ends = ends
            self.threads = max(1, threads)
            middle = first.middleRAS
            toVoxels = inverse
            let step = max(1, first.brain.count / HeadLikeness.sampleSize)
            let (n, map) = (first.relative.shape, first.relative.grid.affineRAS)
            var (places, levels, seen): ([SIMD3<Double>], [Int], Int) = ([], [], 0)
            for i in 0..<n.x {
                for j in 0..<n.y {
                    for k in 0..<n.z where first.brain[i, j, k] {
                        seen += 1
                        guard seen % step == 0 else { continue }
                        places.append(map([Double(i), Double(j), Double(k)]))
                        levels.append(Self.bin(first.relative[i, j, k], own))
                    }
                }
            }
            guard places.count >= HeadLikeness.leastCount else { return nil }
            (self.places, self.levels) = (places, levels)
        }

        private static func ends(of head: HeadOutline) -> (low: Float, high: Float)? {
            let values = zip(head.relative.voxels, head.brain.values).compactMap { $1 == 0 ? nil : $0 }.sorted()
            guard values.count >= HeadLikeness.leastCount else { return nil }
            let last = Double(values.count - 1)
            let low = values[Int(last * HeadLikeness.ends.lowerBound)]
            let high = values[Int(last * HeadLikeness.ends.upperBound)]
            return high > low ? (low, high) : nil
        }

        @inline(__always)
        private static func bin(_ value: Float, _ ends: (low: Float, high: Float)) -> Int {
            let share = (value - ends.low) / (ends.high - ends.low)
            return Int(min(max(share, 0), 0.9999) * Float(HeadLikeness.bins))
        }

        /// Below 0 where too little is common.
        func information(_ motion: Motion) -> Double {
            let map = toVoxels * motion.affine(about: middle)
            let parts = Parallel.map(threads, threads: threads) { part in
                pairs(map, places.count * part / threads..<places.count * (part + 1) / threads)
            }
            let joint = parts.dropFirst().reduce(parts[0]) { sum, part in zip(sum, part).map { $0 + $1 } }
            guard joint.reduce(0, +) >= max(HeadLikeness.leastCount, places.count / 2) else { return -1 }
            return Self.information(joint)
        }

        /// How often each pair of bins occurs among some of the places: (bins of the first, bins of the second).
        private func pairs(_ map: Affine, _ range: Range<Int>) -> [Int] {
            let (bins, n) = (HeadLikeness.bins, second.relative.shape)
            var joint = [Int](repeating: 0, count: bins * bins)
            let (sx, sy) = (n.y * n.z, n.z)
            second.relative.voxels.withUnsafeBufferPointer { v in
                second.brain.values.withUnsafeBufferPointer { inside in
                    for (place, level) in zip(places[range], levels[range]) {
                        let p = map(place)
                        let floor = p.rounded(.down)
                        guard floor.x >= 0, floor.y >= 0, floor.z >= 0, floor.x < Double(n.x - 1),
                            floor.y < Double(n.y - 1), floor.z < Double(n.z - 1)
                        else { continue }
                        let at = Int(floor.x) * sx + Int(floor.y) * sy + Int(floor.z)
                        guard inside[at] != 0 else { continue }
                        let f = SIMD3<Float>(p - floor)
                        func row(_ at: Int) -> Float { v[at] + f.z * (v[at + 1] - v[at]) }
                        func plane(_ at: Int) -> Float { row(at) + f.y * (row(at + sy) - row(at)) }
                        let value = plane(at) + f.x * (plane(at + sx) - plane(at))
                        joint[level * bins + Self.bin(value, ends)] += 1
                    }
                }
            }
            return joint
        }

        private static func information(_ joint: [Int]) -> Double {
            let bins = HeadLikeness.bins
            var (rows, columns) = ([Int](repeating: 0, count: bins), [Int](repeating: 0, count: bins))
            for i in 0..<bins {
                for j in 0..<bins {
                    rows[i] += joint[i * bins + j]
                    columns[j] += joint[i * bins + j]
                }
            }
            func entropy(_ counts: [Int]) -> Double {
                let total = Double(counts.reduce(0, +))
                return counts.reduce(0) { $1 == 0 ? $0 : $0 - Double($1) / total * log(Double($1) / total) }
            }
            let both = entropy(joint)
            return both > 0 ? (entropy(rows) + entropy(columns)) / both - 1 : 0
        }
    }
}
