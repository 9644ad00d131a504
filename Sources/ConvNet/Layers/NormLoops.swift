/// The loops of batch norm over rows of channels, each one pass over memory. Pointers are to whole vectors of 16.
///
/// Sums are made in float over at most `chunk` rows and then added up in double, so that large volumes stay exact.
enum NormLoops {
    typealias Vector = SIMD16<Float>
    typealias Wide = SIMD16<Double>
    typealias Rows = UnsafePointer<Vector>
    typealias MutableRows = UnsafeMutablePointer<Vector>

    private static let chunk = 64

    /// Per channel: Σ (z − reference) and Σ (z − reference)².
    static func moments(
        _ z: Rows, rows: Int, vectors: Int, reference: Rows, sum: UnsafeMutablePointer<Wide>,
        squares: UnsafeMutablePointer<Wide>
    ) {
        forEachChunk(rows) { first, end in
            for v in 0..<vectors {
                let center = reference[v]
                var (s, q) = (Vector.zero, Vector.zero)
                var at = z + (first * vectors + v)
                for _ in first..<end {
                    let delta = at.pointee - center
                    s += delta
                    q += delta * delta
                    at += vectors
                }
                sum[v] += Wide(s)
                squares[v] += Wide(q)
            }
        }
    }

    /// Per channel: the mean of the rows, in float.
    static func mean(_ z: Rows, rows: Int, vectors: Int, into mean: MutableRows) {
        for v in 0..<vectors {
            var sum = Vector.zero
            for row in 0..<rows { sum += z[row * vectors + v] }
            mean[v] = sum / Float(rows)
        }
    }

    /// y = (z − mean) · factor + shift, then ReLU where asked. `y` may be `z`.
    static func normalise(
        _ z: Rows, rows: Int, vectors: Int, _ norm: NormPointers, relu: Bool, into y: MutableRows
    ) {
        if relu {
            forEachVector(rows, vectors) { i, v in y[i] = positive(norm.apply(z[i], v)) }
        } else {
            forEachVector(rows, vectors) { i, v in y[i] = norm.apply(z[i], v) }
        }
    }

    /// y = max(0, norm(z) + other). `y` may be `z` or `other`.
    static func normalise(
        _ z: Rows, adding other: Rows, rows: Int, vectors: Int, _ norm: NormPointers, into y: MutableRows
    ) {
        forEachVector(rows, vectors) { i, v in y[i] = positive(norm.apply(z[i], v) + other[i]) }
    }

    /// y = max(0, norm(z) + otherNorm(other)).
    static func normalise(
        _ z: Rows, adding other: Rows, rows: Int, vectors: Int, _ norm: NormPointers, _ otherNorm: NormPointers,
        into y: MutableRows
    ) {
        forEachVector(rows, vectors) { i, v in
            y[i] = positive(norm.apply(z[i], v) + otherNorm.apply(other[i], v))
        }
    }

    /// Σ dy and Σ dy · (z − mean) per channel.
    static func reduce(
        _ dy: Rows, _ z: Rows, rows: Int, vectors: Int, _ norm: NormPointers, sum: UnsafeMutablePointer<Wide>,
        product: UnsafeMutablePointer<Wide>
    ) {
        forEachChunk(rows) { first, end in
            for v in 0..<vectors {
                let mean = norm.mean[v]
                var (s, p) = (Vector.zero, Vector.zero)
                var i = first * vectors + v
                for _ in first..<end {
                    let d = dy[i]
                    s += d
                    p += d * (z[i] - mean)
                    i += vectors
                }
                sum[v] += Wide(s)
                product[v] += Wide(p)
            }
        }
    }

    /// As `reduce`, where a ReLU followed the norm: dy counts where norm(z) > 0. Writes relu(norm(z)) to `y` where given.
    static func reduceThroughReLU(
        _ dy: Rows, _ z: Rows, rows: Int, vectors: Int, _ norm: NormPointers, y: MutableRows?,
        sum: UnsafeMutablePointer<Wide>, product: UnsafeMutablePointer<Wide>
    ) {
        forEachChunk(rows) { first, end in
            for v in 0..<vectors {
                let (mean, factor, shift) = (norm.mean[v], norm.factor[v], norm.shift[v])
                var (s, p) = (Vector.zero, Vector.zero)
                var i = first * vectors + v
                for _ in first..<end {
                    let centered = z[i] - mean
                    let value = centered * factor + shift
                    let d = dy[i].replacing(with: 0, where: value .<= 0)
                    y?[i] = positive(value)
                    s += d
                    p += d * centered
                    i += vectors
                }
                sum[v] += Wide(s)
                product[v] += Wide(p)
            }
        }
    }

    /// dz = factor · dy − slope · (z − mean) − offset. `dz` may be `dy`.
    static func spread(
        _ dy: Rows, _ z: Rows, rows: Int, vectors: Int, _ norm: NormPointers, slope: Rows, offset: Rows,
        into dz: MutableRows
    ) {
        forEachVector(rows, vectors) { i, v in
            dz[i] = norm.factor[v] * dy[i] - slope[v] * (z[i] - norm.mean[v]) - offset[v]
        }
    }

    /// As `spread`, where a ReLU followed the norm.
    static func spreadThroughReLU(
        _ dy: Rows, _ z: Rows, rows: Int, vectors: Int, _ norm: NormPointers, slope: Rows, offset: Rows,
        into dz: MutableRows
    ) {
        forEachVector(rows, vectors) { i, v in
            let centered = z[i] - norm.mean[v]
            let value = centered * norm.factor[v] + norm.shift[v]
            let d = dy[i].replacing(with: 0, where: value .<= 0)
            dz[i] = norm.factor[v] * d - slope[v] * centered - offset[v]
        }
    }

    /// dx = dy where y > 0, else 0. `dx` may be `dy`.
    static func mask(_ dy: Rows, _ y: Rows, count: Int, into dx: MutableRows) {
        for i in 0..<count { dx[i] = dy[i].replacing(with: 0, where: y[i] .<= 0) }
    }

    /// dz = factor · dy, and 0 where y, if given, is not above 0. `dz` may be `dy`.
    static func scale(_ dy: Rows, y: Rows?, factor: Rows, rows: Int, vectors: Int, into dz: MutableRows) {
        if let y {
            forEachVector(rows, vectors) { i, v in dz[i] = (factor[v] * dy[i]).replacing(with: 0, where: y[i] .<= 0) }
        } else {
            forEachVector(rows, vectors) { i, v in dz[i] = factor[v] * dy[i] }
        }
    }

    /// max(0, value); NaN stays NaN.
    @inline(__always)
    static func positive(_ value: Vector) -> Vector { value.replacing(with: 0, where: value .< 0) }

    @inline(__always)
    private static func forEachVector(_ rows: Int, _ vectors: Int, _ body: (_ i: Int, _ v: Int) -> Void) {
        var i = 0
        for _ in 0..<rows {
            for v in 0..<vectors {
                body(i, v)
                i &+= 1
            }
        }
    }

    @inline(__always)
    private static func forEachChunk(_ rows: Int, _ body: (_ first: Int, _ end: Int) -> Void) {
        var first = 0
        while first < rows {
            let end = min(first &+ chunk, rows)
            body(first, end)
            first = end
        }
    }
}

/// y = (z − mean) · factor + shift, per vector of channels.
struct NormPointers {
    let mean: UnsafePointer<SIMD16<Float>>
    let factor: UnsafePointer<SIMD16<Float>>
    let shift: UnsafePointer<SIMD16<Float>>

    @inline(__always)
    func apply(_ z: SIMD16<Float>, _ v: Int) -> SIMD16<Float> { (z - mean[v]) * factor[v] + shift[v] }
}
