/// The convolution as its definition says, value by value: the twin that every fast algorithm is compared with.
///
/// Sums are made in double precision. Slow.
package struct DirectConvolution: ConvolutionAlgorithm {
    package let problem: ConvolutionProblem

    package init(_ problem: ConvolutionProblem) { self.problem = problem }

    package func forward(
        _ x: Activations, weight: UnsafePointer<Float>, scale: [Float]?, epilogue: Epilogue, into y: Activations,
        _ execution: Execution
    ) {
        check(x, y)
        for n in 0..<x.samples {
            for channel in 0..<problem.outputChannels {
                let factor = Double(scale?[channel] ?? 1)
                let bias = Double(epilogue.bias?[channel] ?? 0)
                forEachOutput { at, index in
                    var sum = 0.0
                    forEachTap(at) { tap, source in
                        for from in 0..<problem.inputChannels {
                            sum +=
                                Double(weight[(channel * problem.inputChannels + from) * problem.geometry.taps + tap])
                                * Double(x.base[x.index(n, from, source)])
                        }
                    }
                    let place = y.index(n, channel, index)
                    let value = factor * sum + bias + Double(epilogue.residual?.base[place] ?? 0)
                    y.base[place] = Float(epilogue.relu && value < 0 ? 0 : value)
                }
            }
        }
    }

    package func inputGradient(
        _ dy: Activations, weight: UnsafePointer<Float>, into dx: Activations, adds: Bool, _ execution: Execution
    ) {
        check(dx, dy)
        for n in 0..<dx.samples {
            for from in 0..<problem.inputChannels {
                var sums = [Double](repeating: 0, count: dx.voxels)
                for channel in 0..<problem.outputChannels {
                    let row = weight + (channel * problem.inputChannels + from) * problem.geometry.taps
                    forEachOutput { at, index in
                        let value = Double(dy.base[dy.index(n, channel, index)])
                        forEachTap(at) { tap, source in sums[source] += value * Double(row[tap]) }
                    }
                }
                for voxel in 0..<dx.voxels {
                    let place = dx.index(n, from, voxel)
                    dx.base[place] = Float(sums[voxel]) + (adds ? dx.base[place] : 0)
                }
            }
        }
    }

    package func weightGradient(
        _ x: Activations, _ dy: Activations, into dw: UnsafeMutablePointer<Float>, _ execution: Execution
    ) {
        check(x, dy)
        for channel in 0..<problem.outputChannels {
            for from in 0..<problem.inputChannels {
                var sums = [Double](repeating: 0, count: problem.geometry.taps)
                for n in 0..<x.samples {
                    forEachOutput { at, index in
                        let value = Double(dy.base[dy.index(n, channel, index)])
                        forEachTap(at) { tap, source in sums[tap] += value * Double(x.base[x.index(n, from, source)]) }
                    }
                }
                let row = dw + (channel * problem.inputChannels + from) * problem.geometry.taps
                for tap in 0..<problem.geometry.taps { row[tap] = Float(sums[tap]) }
            }
        }
    }

    private func check(_ x: Activations, _ y: Activations) {
        precondition(x.shape == problem.input && x.channels == problem.inputChannels, "the input is the problem's")
        precondition(y.shape == problem.output && y.channels == problem.outputChannels, "the output is the problem's")
        precondition(x.samples == y.samples, "input and output have the same samples")
    }

    private func forEachOutput(_ body: (_ at: SIMD3<Int>, _ index: Int) -> Void) {
        var index = 0
        for i in 0..<problem.output.x {
            for j in 0..<problem.output.y {
                for k in 0..<problem.output.z {
                    body(SIMD3(i, j, k), index)
                    index += 1
                }
            }
        }
    }

    /// Taps that lie inside the input, with the voxel under each.
    private func forEachTap(_ at: SIMD3<Int>, _ body: (_ tap: Int, _ voxel: Int) -> Void) {
        let geometry = problem.geometry
        let origin = at &* geometry.stride &- geometry.padding
        var tap = 0
        for a in 0..<geometry.kernel.x {
            for b in 0..<geometry.kernel.y {
                for c in 0..<geometry.kernel.z {
                    let place = origin &+ SIMD3(a, b, c) &* geometry.dilation
                    if all(place .>= 0) && all(place .< problem.input) {
                        body(tap, (place.x * problem.input.y + place.y) * problem.input.z + place.z)
                    }
                    tap += 1
                }
            }
        }
    }
}
