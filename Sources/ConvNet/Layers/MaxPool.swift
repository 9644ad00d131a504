/// Max-pooling after the stem: a window of 3, stride 2, padding 1 that does not count.
///
/// NaN wins over any number, and of equal values the first, as in PyTorch.
package struct MaxPool: Sendable {
    /// Voxels of the input along axes 0, 1 and 2.
    package let input: SIMD3<Int>
    package let output: SIMD3<Int>

    package init(input: SIMD3<Int>) {
        precondition(all(input .> 0), "a volume is not empty")
        self.input = input
        output = (input &+ 1) / 2
    }

    /// For each value of the output the tap of the window that it came from, 0..<27 in C order; laid out as the output is.
    package final class Origins: @unchecked Sendable {
        fileprivate let base: UnsafeMutablePointer<UInt8>
        fileprivate let count: Int

        /// - Parameter output: what is going to be pooled into.
        package init(of output: Activations) {
            count = output.count
            base = .allocate(capacity: count)
            base.initialize(repeating: 0, count: count)
        }

        deinit { base.deallocate() }

        package subscript(index: Int) -> UInt8 {
            precondition(index >= 0 && index < count, "the value exists")
            return base[index]
        }
    }

    /// - Parameters:
    ///   - y: of the shape `output`, overwritten.
    ///   - origins: of `y`, overwritten.
    package func forward(_ x: Activations, into y: Activations, origins: Origins, _ execution: Execution) {
        check(x, y, origins)
        let kernels = StemKernels.of(execution.kernels.instructions)
        let line = x.shape.z * x.lanes
        let outLine = y.shape.z * y.lanes
        Workers.run(threads: execution.threads, items: y.samples * output.x) { items in
            while let item = items.next() {
                let (n, i) = item.quotientAndRemainder(dividingBy: output.x)
                for j in 0..<output.y {
                    let lines = (0..<9).map { tap -> UnsafePointer<Float>? in
                        let (a, b) = (2 * i - 1 + tap / 3, 2 * j - 1 + tap % 3)
                        guard a >= 0, a < input.x, b >= 0, b < input.y else { return nil }
                        return UnsafePointer(x.base + ((n * input.x + a) * input.y + b) * line)
                    }
                    let place = (item * output.y + j) * outLine
                    kernels.poolLine(lines, input.z, x.lanes, y.base + place, origins.base + place)
                }
            }
        }
    }

    /// dx: each value's gradient goes to the voxel that it came from; overwritten.
    package func inputGradient(_ dy: Activations, origins: Origins, into dx: Activations, _ execution: Execution) {
        check(dx, dy, origins)
        let kernels = StemKernels.of(execution.kernels.instructions)
        let line = dx.shape.z * dx.lanes
        let outLine = dy.shape.z * dy.lanes
        Workers.run(threads: execution.threads, items: dx.samples * input.x) { items in
            while let item = items.next() {
                let (n, a) = item.quotientAndRemainder(dividingBy: input.x)
                for b in 0..<input.y {
                    var values = [UnsafePointer<Float>?](repeating: nil, count: 4)
                    var taps = [UnsafePointer<UInt8>?](repeating: nil, count: 4)
                    var first = [Int](repeating: 0, count: 4)
                    for (i, tapA) in windows(over: a, output.x) {
                        for (j, tapB) in windows(over: b, output.y) {
                            let window = 2 * (i - a / 2) + (j - b / 2)
                            let place = ((n * output.x + i) * output.y + j) * outLine
                            values[window] = UnsafePointer(dy.base + place)
                            taps[window] = UnsafePointer(origins.base + place)
                            first[window] = 9 * tapA + 3 * tapB
                        }
                    }
                    kernels.unpoolLine(
                        values, taps, first, input.z, dx.lanes, dx.base + (item * input.y + b) * line)
                }
            }
        }
    }

    /// Windows over a voxel along one axis, and the tap under which it lies in each.
    private func windows(over voxel: Int, _ count: Int) -> [(window: Int, tap: Int)] {
        if voxel % 2 == 0 { return [(voxel / 2, 1)] }
        return voxel / 2 + 1 < count ? [(voxel / 2, 2), (voxel / 2 + 1, 0)] : [(voxel / 2, 2)]
    }

    private func check(_ x: Activations, _ y: Activations, _ origins: Origins) {
        precondition(x.shape == input && y.shape == output, "input and output have the pool's shapes")
        precondition(x.channels == y.channels && x.samples == y.samples, "pooling keeps channels and samples")
        precondition(origins.count == y.count, "one origin for each value")
    }
}
