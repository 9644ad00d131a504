/// Shortcut A: keeps every stride-th voxel along each axis and appends channels of zeros (He et al. 2016, option A).
package struct ZeroPadShortcut: Sendable {
    let outputChannels: Int
    let stride: Int

    package init(outputChannels: Int, stride: Int) {
        self.outputChannels = outputChannels
        self.stride = stride
    }

    /// y: every stride-th voxel of x, the channels that x lacks zero. Overwritten.
    package func forward(_ x: Activations, into y: Activations, _ execution: Execution) {
        check(x, y)
        let (from, to) = (x.lanes, y.lanes)
        forEachLine(x, y, execution) { source, target, count in
            for k in 0..<count {
                (target + k * to).update(from: source + k * stride * from, count: from)
                (target + (k * to + from)).update(repeating: 0, count: to - from)
            }
        }
    }

    /// dx: dy at every stride-th voxel, zero elsewhere. Overwritten.
    package func backward(_ dy: Activations, into dx: Activations, _ execution: Execution) {
        check(dx, dy)
        dx.base.update(repeating: 0, count: dx.count)
        let (to, from, channels) = (dx.lanes, dy.lanes, dx.channels)
        forEachLine(dx, dy, execution) { target, source, count in
            // Lanes that fill up x may be channels of y: they stay zero.
            for k in 0..<count { (target + k * stride * to).update(from: source + k * from, count: channels) }
        }
    }

    private func check(_ x: Activations, _ y: Activations) {
        precondition(x.channels <= outputChannels && y.channels == outputChannels, "shortcut A only adds channels")
        precondition(
            y.shape == (x.shape &- 1) / SIMD3(repeating: stride) &+ 1 && x.samples == y.samples,
            "every stride-th voxel has its place")
    }

    /// Lines of axis 2 that belong together: the first voxel of each, and how many voxels that of `y` has.
    private func forEachLine(
        _ x: Activations, _ y: Activations, _ execution: Execution,
        _ body: (_ x: UnsafeMutablePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int) -> Void
    ) {
        Workers.run(threads: execution.threads, items: y.samples * y.shape.x) { items in
            while let item = items.next() {
                let (n, i) = item.quotientAndRemainder(dividingBy: y.shape.x)
                for j in 0..<y.shape.y {
                    let voxel = (i * stride * x.shape.y + j * stride) * x.shape.z
                    body(
                        x.base + x.index(n, 0, voxel), y.base + y.index(n, 0, (i * y.shape.y + j) * y.shape.z),
                        y.shape.z)
                }
            }
        }
    }
}
