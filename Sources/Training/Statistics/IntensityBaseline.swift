import Foundation
package import Imaging

/// A classifier that sees global intensities only. Where it tells patients from controls, so may a network without having
/// looked at a lesion; a simulated cohort must leave it near chance.
package enum IntensityBaseline {
    package static let percentiles = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999]
    /// Of the z-scored values; what lies outside counts in the first and the last bin.
    package static let histogramRange: ClosedRange<Float> = -3...5
    package static let histogramBins = 16
    /// Half widths in voxels of the box that smooths twice along each axis.
    package static let smoothingRadii = [1, 3]

    /// Names of the features, in the order of `features(of:)`.
    package static let names: [String] =
        ["mean", "sd", "skewness"] + percentiles.map { "percentile \($0 * 100)" }
        + (0..<histogramBins).map { "histogram \($0)" }
        + smoothingRadii.flatMap { ["smoothed \($0) maximum", "smoothed \($0) sd"] }
        + ["asymmetry mean", "asymmetry percentile 99", "asymmetry maximum"]

    /// The features of one prepared scan: background 0, axis 0 from left to right around the middle of the head.
    package static func features(of volume: Volume) -> [Double] {
        let inside = volume.voxels.filter { $0 != 0 && $0.isFinite }
        guard !inside.isEmpty else { return [Double](repeating: 0, count: names.count) }
        let smoothed = smoothingRadii.map { volume.boxSmoothed(radius: $0, passes: 2) }
        var result = moments(inside) + quantiles(inside, percentiles) + histogram(inside)
        for image in smoothed {
            let values = image.voxels.indices.filter { volume.voxels[$0] != 0 }.map { image.voxels[$0] }
            result += [Double(values.max() ?? 0), moments(values)[1]]
        }
        return result + asymmetry(of: smoothed[0], inside: volume)
    }

    /// The cross-validated result of logistic regression on the features.
    ///
    /// - Parameters:
    ///   - features: (scans, features)
    ///   - foldOf: from the run's own `FoldPlan`, or `StratifiedFolds`.
    /// - Returns: nil where a fold's training scans are of one group.
    package static func measure(
        features: [[Double]], labels: [Bool], foldOf: [Int], strength: Double = 1
    ) -> ModelOutcome.Baseline? {
        LogisticRegression.outOfFold(features: features, labels: labels, foldOf: foldOf, strength: strength).map {
            ModelOutcome.Baseline(
                accuracy: ROC.accuracy(scores: $0, labels: labels, threshold: 0.5),
                auc: ROC.interval(scores: $0, labels: labels))
        }
    }

    /// Mean, standard deviation and skewness.
    private static func moments(_ values: [Float]) -> [Double] {
        let n = Double(max(values.count, 1))
        let mean = values.reduce(0.0) { $0 + Double($1) } / n
        var (squares, cubes) = (0.0, 0.0)
        for value in values {
            let d = Double(value) - mean
            squares += d * d
            cubes += d * d * d
        }
        let sd = (squares / n).squareRoot()
        return [mean, sd, sd > 0 ? cubes / n / (sd * sd * sd) : 0]
    }

    /// From an evenly spaced sample of at most some 200 000 values.
    private static func quantiles(_ values: [Float], _ shares: [Double]) -> [Double] {
        let step = max(values.count / 200_000, 1)
        let sample = stride(from: 0, to: values.count, by: step).map { values[$0] }.sorted()
        guard !sample.isEmpty else { return shares.map { _ in 0 } }
        return shares.map { Double(sample[Int((Double(sample.count - 1) * $0).rounded())]) }
    }

    private static func histogram(_ values: [Float]) -> [Double] {
        var counts = [Int](repeating: 0, count: histogramBins)
        let width = (histogramRange.upperBound - histogramRange.lowerBound) / Float(histogramBins)
        for value in values {
            let place = min(max((value - histogramRange.lowerBound) / width, 0), Float(histogramBins - 1))
            counts[Int(place)] += 1
        }
        return counts.map { Double($0) / Double(values.count) }
    }

    /// Distance between each voxel and its mirror image across the middle of axis 0, where both are inside: mean, 99th
    /// percentile and largest.
    private static func asymmetry(of image: Volume, inside: Volume) -> [Double] {
        let n = image.shape
        let plane = n.y * n.z
        var distances: [Float] = []
        for i in 0..<(n.x / 2) {
            let (here, there) = (i * plane, (n.x - 1 - i) * plane)
            for at in 0..<plane where inside.voxels[here + at] != 0 && inside.voxels[there + at] != 0 {
                distances.append(abs(image.voxels[here + at] - image.voxels[there + at]))
            }
        }
        guard !distances.isEmpty else { return [0, 0, 0] }
        return [moments(distances)[0], quantiles(distances, [0.99])[0], Double(distances.max() ?? 0)]
    }
}

extension Volume {
    /// The mean of a box around each voxel, several times: nearly a Gaussian. Voxels beyond the border count as 0.
    func boxSmoothed(radius: Int, passes: Int) -> Volume {
        var result = self
        let strides = [shape.y * shape.z, shape.z, 1]
        let reach = (0..<3).map { shape[$0] }.max() ?? 0
        let line = UnsafeMutableBufferPointer<Float>.allocate(capacity: reach)
        defer { line.deallocate() }
        result.voxels.withUnsafeMutableBufferPointer { v in
            for _ in 0..<passes {
                for axis in 0..<3 {
                    let (length, step) = (shape[axis], strides[axis])
                    let (outer, inner) = axis == 0 ? (1, step) : axis == 1 ? (shape.x, shape.z) : (shape.x * shape.y, 1)
                    for o in 0..<outer {
                        for i in 0..<inner {
                            Self.average(v, from: o * length * step + i, step, length, radius, line)
                        }
                    }
                }
            }
        }
        return result
    }

    private static func average(
        _ v: UnsafeMutableBufferPointer<Float>, from start: Int, _ step: Int, _ length: Int, _ radius: Int,
        _ line: UnsafeMutableBufferPointer<Float>
    ) {
        for k in 0..<length { line[k] = v[start + k * step] }
        var sum: Double = 0
        for k in 0..<min(radius, length) { sum += Double(line[k]) }
        let scale = 1 / Double(2 * radius + 1)
        for k in 0..<length {
            if k + radius < length { sum += Double(line[k + radius]) }
            if k - radius > 0 { sum -= Double(line[k - radius - 1]) }
            v[start + k * step] = Float(sum * scale)
        }
    }
}
