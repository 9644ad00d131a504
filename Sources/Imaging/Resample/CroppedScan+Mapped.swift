extension CroppedScan {
    /// This scan seen through a map from voxels of the new image to voxels of this one, on the same grid: intensities
    /// linearly, the foreground by the nearest voxel. What comes from beyond the outermost voxel centres is background.
    ///
    /// The same as `Volume.resampled` within rounding, and several times as fast: rows are walked in steps of 2⁻³² voxel.
    package func mapped(by map: Affine) -> CroppedScan {
        let walker = RowWalker(shape: volume.shape, map: map)
        var result = self
        result.volume.voxels = walker.linear(volume.voxels, outside: background)
        if let foreground {
            result.foreground = BinaryMask(shape: foreground.shape, values: walker.nearest(foreground.values))
        }
        return result
    }
}

/// Walks the rows of an image along a straight line through another of the same shape.
struct RowWalker {
    private static let one = Int64(1) << 32
    private static let half = one / 2
    private static let unit = Float(0x1p-31)

    private let shape: SIMD3<Int>
    private let map: Affine

    init(shape: SIMD3<Int>, map: Affine) {
        self.shape = shape
        self.map = map
    }

    /// The part of a row whose places all have eight neighbours, and where it begins: positions are multiples of 2⁻³².
    private struct Span {
        var range: Range<Int>
        var start: SIMD3<Int64>
        var step: SIMD3<Int64>
    }

    private func span(_ row: SIMD3<Double>) -> Span {
        let direction = map.column2
        var (first, end) = (0.0, Double(shape.z))
        for axis in 0..<3 {
            let last = Double(shape[axis] - 1)
            let (at, step) = (row[axis], direction[axis])
            if abs(step) < 1e-12 {
                if at < 0 || at >= last { end = 0 }
                continue
            }
            let (a, b) = (-at / step, (last - at) / step)
            first = max(first, min(a, b))
            end = min(end, max(a, b))
        }
        let step = SIMD3<Int64>((direction * 0x1p32).rounded(.toNearestOrEven))
        // Far outside, where nothing is read, positions need not be representable.
        guard first < end else { return Span(range: 0..<0, start: .zero, step: step) }
        let start = SIMD3<Int64>((row * 0x1p32).rounded(.toNearestOrEven))
        let limit = SIMD3<Int64>(Int64(shape.x - 1), Int64(shape.y - 1), Int64(shape.z - 1)) &* Self.one
        func inside(_ k: Int) -> Bool {
            let p = start &+ step &* Int64(k)
            return p.min() >= 0 && p.x < limit.x && p.y < limit.y && p.z < limit.z
        }
        var (low, high) = (Int(first.rounded(.up)), min(shape.z, Int(end.rounded(.up))))
        while low < high, !inside(low) { low += 1 }
        while high > low, !inside(high - 1) { high -= 1 }
        return Span(range: low..<max(low, high), start: start, step: step)
    }

    /// - Parameter values: of an image of `shape`.
    func linear(_ values: [Float], outside: Float) -> [Float] {
        precondition(values.count == shape.x * shape.y * shape.z, "as many values as the shape has voxels")
        let sampler = Sampler(shape: shape, outside: outside)
        let (sx, sy, nz) = (shape.y * shape.z, shape.z, shape.z)
        return values.withUnsafeBufferPointer { source in
            [Float](unsafeUninitializedCapacity: values.count) { out, count in
                guard let v = source.baseAddress, let target = out.baseAddress else { return }
                for i in 0..<shape.x {
                    for j in 0..<shape.y {
                        let row = map([Double(i), Double(j), 0])
                        let span = span(row)
                        let to = target + (i * shape.y + j) * nz
                        for k in 0..<span.range.lowerBound {
                            to[k] = sampler.linear(source, row + map.column2 * Double(k))
                        }
                        for k in span.range.upperBound..<nz {
                            to[k] = sampler.linear(source, row + map.column2 * Double(k))
                        }
                        let (dx, dy, dz) = (span.step.x, span.step.y, span.step.z)
                        var x = span.start.x &+ dx &* Int64(span.range.lowerBound)
                        var y = span.start.y &+ dy &* Int64(span.range.lowerBound)
                        var z = span.start.z &+ dz &* Int64(span.range.lowerBound)
                        for k in span.range {
                            let c = v + (Int(x >> 32) &* sx &+ Int(y >> 32) &* sy &+ Int(z >> 32))
                            let u = Float(UInt32(truncatingIfNeeded: x) >> 1) * Self.unit
                            let w = Float(UInt32(truncatingIfNeeded: y) >> 1) * Self.unit
                            let t = Float(UInt32(truncatingIfNeeded: z) >> 1) * Self.unit
                            let c00 = c[0] + t * (c[1] - c[0])
                            let c01 = c[sy] + t * (c[sy &+ 1] - c[sy])
                            let c10 = c[sx] + t * (c[sx &+ 1] - c[sx])
                            let c11 = c[sx &+ sy] + t * (c[sx &+ sy &+ 1] - c[sx &+ sy])
                            let c0 = c00 + w * (c01 - c00)
                            let c1 = c10 + w * (c11 - c10)
                            to[k] = c0 + u * (c1 - c0)
                            x &+= dx
                            y &+= dy
                            z &+= dz
                        }
                    }
                }
                count = values.count
            }
        }
    }

    /// - Parameter values: of a mask of `shape`; outside is 0.
    func nearest(_ values: [UInt8]) -> [UInt8] {
        precondition(values.count == shape.x * shape.y * shape.z, "as many values as the shape has voxels")
        let sampler = Sampler(shape: shape, outside: 0)
        let (sx, sy, nz) = (shape.y * shape.z, shape.z, shape.z)
        return values.withUnsafeBufferPointer { source in
            [UInt8](unsafeUninitializedCapacity: values.count) { out, count in
                guard let v = source.baseAddress, let target = out.baseAddress else { return }
                for i in 0..<shape.x {
                    for j in 0..<shape.y {
                        let row = map([Double(i), Double(j), 0])
                        let span = span(row)
                        let to = target + (i * shape.y + j) * nz
                        for k in 0..<span.range.lowerBound {
                            to[k] = sampler.nearestOffset(row + map.column2 * Double(k)).map { v[$0] } ?? 0
                        }
                        for k in span.range.upperBound..<nz {
                            to[k] = sampler.nearestOffset(row + map.column2 * Double(k)).map { v[$0] } ?? 0
                        }
                        let (dx, dy, dz) = (span.step.x, span.step.y, span.step.z)
                        let first = Int64(span.range.lowerBound)
                        var x = span.start.x &+ dx &* first &+ Self.half
                        var y = span.start.y &+ dy &* first &+ Self.half
                        var z = span.start.z &+ dz &* first &+ Self.half
                        for k in span.range {
                            to[k] = v[Int(x >> 32) &* sx &+ Int(y >> 32) &* sy &+ Int(z >> 32)]
                            x &+= dx
                            y &+= dy
                            z &+= dz
                        }
                    }
                }
                count = values.count
            }
        }
    }
}
