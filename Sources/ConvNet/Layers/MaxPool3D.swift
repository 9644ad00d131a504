/// Largest value under a sliding window; what hangs over the edge does not count. NaN wins, as in PyTorch.
package struct MaxPool3D: Sendable {
    let geometry: ConvolutionGeometry

    /// - Precondition: no dilation, and padding at most half the kernel, so that every window holds a voxel.
    package init(kernel: Int, stride: Int, padding: Int) {
        precondition(padding <= kernel / 2, "every window holds a voxel")
        geometry = ConvolutionGeometry(
            kernel: SIMD3(repeating: kernel), stride: SIMD3(repeating: stride), padding: SIMD3(repeating: padding))
    }

    /// - Parameter input: (n, c, d, h, w)
    /// - Returns: (n, c, d', h', w')
    package func forward(_ input: Tensor, threads: Int) -> Tensor {
        let size = input.spatialShape
        let out = geometry.outputShape(of: size)
        precondition(all(out .> 0), "the padded input is at least as large as the window")
        let planes = input.shape[0] * input.shape[1]
        return Tensor(shape: [input.shape[0], input.shape[1], out.x, out.y, out.z]) { result in
            input.values.withUnsafeBufferPointer { x in
                Workers.run(threads: threads, items: planes) { items in
                    let line = UnsafeMutablePointer<Float>.allocate(capacity: size.z)
                    defer { line.deallocate() }
                    while let plane = items.next() {
                        let source = x.baseAddress! + plane * input.spatialCount
                        var target = result + plane * out.x * out.y * out.z
                        for i in 0..<out.x {
                            for j in 0..<out.y {
                                largestLine(source, size, i, j, into: line)
                                for k in 0..<out.z {
                                    let window = range(k, 2, size.z)
                                    var largest = line[window.lowerBound]
                                    for at in window.dropFirst() { largest = Self.larger(largest, line[at]) }
                                    target[k] = largest
                                }
                                target += out.z
                            }
                        }
                    }
                }
            }
        }
    }

    /// Input positions under the window at output position `o` of an axis.
    func range(_ o: Int, _ axis: Int, _ length: Int) -> Range<Int> {
        let begin = o * geometry.stride[axis] - geometry.padding[axis]
        return max(begin, 0)..<min(begin + geometry.kernel[axis], length)
    }

    /// The larger of two values; NaN counts as larger than any number.
    @inline(__always)
    static func larger(_ a: Float, _ b: Float) -> Float { b > a || b != b ? b : a }

    /// Element-wise maximum of the lines of axis 2 under the window at (i, j) of axes 0 and 1.
    private func largestLine(
        _ source: UnsafePointer<Float>, _ size: SIMD3<Int>, _ i: Int, _ j: Int, into line: UnsafeMutablePointer<Float>
    ) {
        var isFirst = true
        for a in range(i, 0, size.x) {
            for b in range(j, 1, size.y) {
                let other = source + (a * size.y + b) * size.z
                if isFirst {
                    line.update(from: other, count: size.z)
                    isFirst = false
                } else {
                    for k in 0..<size.z { line[k] = Self.larger(line[k], other[k]) }
                }
            }
        }
    }
}
