/// Gathers the input values under a sliding window: one row per input channel and kernel tap, one column per output
/// position, zero where the window hangs over the edge.
struct Im2col: Sendable {
    let geometry: ConvolutionGeometry
    let channels: Int
    let input: SIMD3<Int>
    let output: SIMD3<Int>

    init(_ geometry: ConvolutionGeometry, channels: Int, input: SIMD3<Int>) {
        self.geometry = geometry
        self.channels = channels
        self.input = input
        output = geometry.outputShape(of: input)
    }

    /// Output positions of one sample.
    var count: Int { output.x * output.y * output.z }
    /// Input voxels of one channel of one sample.
    var inputCount: Int { input.x * input.y * input.z }

    /// A run of output positions that share their place on axes 0 and 1.
    private struct Run {
        /// First input voxel under tap 0, on axes 0 and 1; may lie outside.
        let origin: SIMD2<Int>
        /// Output positions on axis 2.
        let range: Range<Int>
    }

    /// Fills (channels × taps) rows of `range.count` values each, row after row.
    ///
    /// - Parameters:
    ///   - source: one sample, (channels, input)
    ///   - range: output positions, counted in C order
    func gather(_ source: UnsafePointer<Float>, _ range: Range<Int>, into columns: UnsafeMutablePointer<Float>) {
        let runs = runs(in: range)
        var target = columns
        for channel in 0..<channels {
            let plane = source + channel * inputCount
            for a in 0..<geometry.kernel.x {
                for b in 0..<geometry.kernel.y {
                    for c in 0..<geometry.kernel.z {
                        let shift = c * geometry.dilation.z - geometry.padding.z
                        for run in runs {
                            let i = run.origin.x + a * geometry.dilation.x
                            let j = run.origin.y + b * geometry.dilation.y
                            if i < 0 || i >= input.x || j < 0 || j >= input.y {
                                target.update(repeating: 0, count: run.range.count)
                            } else {
                                copyLine(plane + (i * input.y + j) * input.z, shift, run.range, target)
                            }
                            target += run.range.count
                        }
                    }
                }
            }
        }
    }

    /// Copies line[stride · o + shift] for every o in the range; what is outside the line is zero.
    private func copyLine(
        _ line: UnsafePointer<Float>, _ shift: Int, _ range: Range<Int>, _ target: UnsafeMutablePointer<Float>
    ) {
        let stride = geometry.stride.z
        // Smallest o with stride · o + shift >= 0 and smallest o with stride · o + shift >= length.
        let first = min(max((stride - 1 - shift) / stride, shift >= 0 ? 0 : 1, range.lowerBound), range.upperBound)
        let end = min(max(input.z - shift + stride - 1, 0) / stride, range.upperBound)
        let begin = min(first, range.upperBound)
        let stop = max(end, begin)
        target.update(repeating: 0, count: begin - range.lowerBound)
        let inside = target + (begin - range.lowerBound)
        let from = line + (stride * begin + shift)
        if stop > begin {
            if stride == 1 {
                inside.update(from: from, count: stop - begin)
            } else {
                for o in 0..<(stop - begin) { inside[o] = from[o * stride] }
            }
        }
        (target + (stop - range.lowerBound)).update(repeating: 0, count: range.upperBound - stop)
    }

    private func runs(in range: Range<Int>) -> [Run] {
        var runs: [Run] = []
        var position = range.lowerBound
        while position < range.upperBound {
            let (line, first) = position.quotientAndRemainder(dividingBy: output.z)
            let (i, j) = line.quotientAndRemainder(dividingBy: output.y)
            let count = min(output.z - first, range.upperBound - position)
            runs.append(
                Run(
                    origin: SIMD2(
                        i * geometry.stride.x - geometry.padding.x, j * geometry.stride.y - geometry.padding.y),
                    range: first..<(first + count)))
            position += count
        }
        return runs
    }
}
