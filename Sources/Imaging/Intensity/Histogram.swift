/// How often intensities occur, in bins of equal width.
struct Histogram {
    let lowest: Float
    let binWidth: Float
    private(set) var counts: [Int]

    /// - Parameters: values outside `range` are left out where `clamp` is false, else they go to the first or last bin.
    init(_ values: [Float], from lowest: Float, to highest: Float, bins: Int = 1024, clamp: Bool = true) {
        self.lowest = lowest
        self.binWidth = max((highest - lowest) / Float(bins), .leastNormalMagnitude)
        var counts = [Int](repeating: 0, count: bins)
        let scale = 1 / binWidth
        values.withUnsafeBufferPointer { v in
            counts.withUnsafeMutableBufferPointer { c in
                for x in v {
                    let bin = (x - lowest) * scale
                    if !clamp, bin < 0 || bin >= Float(bins) { continue }
                    c[Int(min(max(bin, 0), Float(bins - 1)))] += 1
                }
            }
        }
        self.counts = counts
    }

    /// The value below which this share of all counted values lies, to within a bin.
    func quantile(_ share: Double) -> Float {
        let wanted = share * Double(counts.reduce(0, +))
        var below = 0.0
        for (bin, count) in counts.enumerated() {
            below += Double(count)
            if below >= wanted { return lowest + Float(bin + 1) * binWidth }
        }
        return lowest + Float(counts.count) * binWidth
    }

    /// The threshold that separates two classes best: largest variance between them (Otsu 1979).
    func otsu() -> Float {
        let total = Double(counts.reduce(0, +))
        let sum = counts.enumerated().reduce(0.0) { $0 + Double($1.offset) * Double($1.element) }
        var (below, sumBelow, best, bestBin) = (0.0, 0.0, -1.0, 0)
        for (bin, count) in counts.enumerated() {
            below += Double(count)
            sumBelow += Double(bin) * Double(count)
            let above = total - below
            if below == 0 || above == 0 { continue }
            let d = sumBelow / below - (sum - sumBelow) / above
            let between = below * above * d * d
            if between > best { (best, bestBin) = (between, bin) }
        }
        return lowest + Float(bestBin + 1) * binWidth
    }

    /// The value below which this share of `values` lies; robust against a few huge values.
    static func quantile(_ share: Double, of values: [Float]) -> Float {
        guard let lowest = values.min(), let highest = values.max(), highest > lowest else { return values.first ?? 0 }
        // Two rounds: the first finds the range in which nearly all values lie.
        let rough = Histogram(values, from: lowest, to: highest).quantile(0.999)
        let fine = Histogram(values, from: lowest, to: rough)
        return share < 0.999 ? fine.quantile(share) : rough
    }
}
