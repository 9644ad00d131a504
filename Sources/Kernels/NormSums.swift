// The passes of batch norm that sum over rows, `lanes` floats each, a multiple of 16 and one after the other.
//
// Sums are made in float over at most `chunkRows` rows and then added up in double, so that large volumes stay exact.

private let chunkRows = 64

/// The mean of a few rows, in float.
@inline(never)
package func meanOfRows(rows: Int, lanes: Int, z: UnsafePointer<Float>, mean: UnsafeMutablePointer<Float>) {
    let share = Lanes(repeating: 1 / Float(rows))
    var c = 0
    while c < lanes {
        var sum = Lanes.zero
        for row in 0..<rows { sum += Lanes(at: z + (row &* lanes &+ c)) }
        (sum * share).store(mean + c)
        c &+= Lanes.width
    }
}

/// Adds Σ (z − reference) and Σ (z − reference)² per channel to sums in double.
@inline(never)
package func moments(
    rows: Int, lanes: Int, z: UnsafePointer<Float>, reference: UnsafePointer<Float>, sum: UnsafeMutablePointer<Double>,
    squares: UnsafeMutablePointer<Double>
) {
    @inline(__always) func add(_ place: UnsafePointer<Float>, _ center: Lanes, _ s: inout Lanes, _ q: inout Lanes) {
        let delta = Lanes(at: place) - center
        s += delta
        q = fused(delta, delta, q)
    }
    forEachTile(rows: rows, lanes: lanes) { first, count, c, isWide in
        var at = z + (first &* lanes &+ c)
        let w = Lanes.width
        let r0 = Lanes(at: reference + c)
        var (s0, q0) = (Lanes.zero, Lanes.zero)
        if isWide {
            let (r1, r2, r3) = (
                Lanes(at: reference + (c &+ w)), Lanes(at: reference + (c &+ 2 &* w)),
                Lanes(at: reference + (c &+ 3 &* w))
            )
            var (s1, s2, s3) = (Lanes.zero, Lanes.zero, Lanes.zero)
            var (q1, q2, q3) = (Lanes.zero, Lanes.zero, Lanes.zero)
            for _ in 0..<count {
                add(at, r0, &s0, &q0)
                add(at + w, r1, &s1, &q1)
                add(at + 2 &* w, r2, &s2, &q2)
                add(at + 3 &* w, r3, &s3, &q3)
                at += lanes
            }
            s1.add(to: sum + (c &+ w))
            s2.add(to: sum + (c &+ 2 &* w))
            s3.add(to: sum + (c &+ 3 &* w))
            q1.add(to: squares + (c &+ w))
            q2.add(to: squares + (c &+ 2 &* w))
            q3.add(to: squares + (c &+ 3 &* w))
        } else {
            for _ in 0..<count {
                add(at, r0, &s0, &q0)
                at += lanes
            }
        }
        s0.add(to: sum + c)
        q0.add(to: squares + c)
    }
}

/// Adds Σ d and Σ d · (z − mean) per channel to sums in double, where d is dy where y > 0 and else 0, and takes the place
/// of dy; without `y` it is dy.
@inline(never)
package func reduceNorm(
    rows: Int, lanes: Int, dy: UnsafeMutablePointer<Float>, y: UnsafePointer<Float>?, z: UnsafePointer<Float>,
    mean: UnsafePointer<Float>, sum: UnsafeMutablePointer<Double>, product: UnsafeMutablePointer<Double>
) {
    @inline(__always) func add(_ at: Int, _ center: Lanes, _ s: inout Lanes, _ p: inout Lanes) {
        var d = Lanes(at: dy + at)
        if let y {
            d = passed(d, Lanes(at: y + at))
            d.store(dy + at)
        }
        s += d
        p = fused(d, Lanes(at: z + at) - center, p)
    }
    forEachTile(rows: rows, lanes: lanes) { first, count, c, isWide in
        var at = first &* lanes &+ c
        let w = Lanes.width
        let m0 = Lanes(at: mean + c)
        var (s0, p0) = (Lanes.zero, Lanes.zero)
        if isWide {
            let (m1, m2, m3) = (
                Lanes(at: mean + (c &+ w)), Lanes(at: mean + (c &+ 2 &* w)), Lanes(at: mean + (c &+ 3 &* w))
            )
            var (s1, s2, s3) = (Lanes.zero, Lanes.zero, Lanes.zero)
            var (p1, p2, p3) = (Lanes.zero, Lanes.zero, Lanes.zero)
            for _ in 0..<count {
                add(at, m0, &s0, &p0)
                add(at &+ w, m1, &s1, &p1)
                add(at &+ 2 &* w, m2, &s2, &p2)
                add(at &+ 3 &* w, m3, &s3, &p3)
                at &+= lanes
            }
            s1.add(to: sum + (c &+ w))
            s2.add(to: sum + (c &+ 2 &* w))
            s3.add(to: sum + (c &+ 3 &* w))
            p1.add(to: product + (c &+ w))
            p2.add(to: product + (c &+ 2 &* w))
            p3.add(to: product + (c &+ 3 &* w))
        } else {
            for _ in 0..<count {
                add(at, m0, &s0, &p0)
                at &+= lanes
            }
        }
        s0.add(to: sum + c)
        p0.add(to: product + c)
    }
}

/// As `reduceNorm` with norm(z) in place of y; max(0, norm(z)) is written to `y` where given, and dy stays as it is.
@inline(never)
package func reduceNormThroughReLU(
    rows: Int, lanes: Int, dy: UnsafePointer<Float>, z: UnsafePointer<Float>, mean: UnsafePointer<Float>,
    factor: UnsafePointer<Float>, shift: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>?,
    sum: UnsafeMutablePointer<Double>, product: UnsafeMutablePointer<Double>
) {
    @inline(__always) func add(_ at: Int, _ c: Int, _ s: inout Lanes, _ p: inout Lanes) {
        let centered = Lanes(at: z + at) - Lanes(at: mean + c)
        let value = fused(centered, Lanes(at: factor + c), Lanes(at: shift + c))
        let d = passed(Lanes(at: dy + at), value)
        if let y { positive(value).store(y + at) }
        s += d
        p = fused(d, centered, p)
    }
    forEachTile(rows: rows, lanes: lanes) { first, count, c, isWide in
        var at = first &* lanes &+ c
        let w = Lanes.width
        var (s0, p0) = (Lanes.zero, Lanes.zero)
        if isWide {
            var (s1, s2, s3) = (Lanes.zero, Lanes.zero, Lanes.zero)
            var (p1, p2, p3) = (Lanes.zero, Lanes.zero, Lanes.zero)
            for _ in 0..<count {
                add(at, c, &s0, &p0)
                add(at &+ w, c &+ w, &s1, &p1)
                add(at &+ 2 &* w, c &+ 2 &* w, &s2, &p2)
                add(at &+ 3 &* w, c &+ 3 &* w, &s3, &p3)
                at &+= lanes
            }
            s1.add(to: sum + (c &+ w))
            s2.add(to: sum + (c &+ 2 &* w))
            s3.add(to: sum + (c &+ 3 &* w))
            p1.add(to: product + (c &+ w))
            p2.add(to: product + (c &+ 2 &* w))
            p3.add(to: product + (c &+ 3 &* w))
        } else {
            for _ in 0..<count {
                add(at, c, &s0, &p0)
                at &+= lanes
            }
        }
        s0.add(to: sum + c)
        p0.add(to: product + c)
    }
}

/// Four vectors of channels, or one where fewer are left, of at most `chunkRows` rows at a time.
@inline(__always)
private func forEachTile(
    rows: Int, lanes: Int, _ body: (_ first: Int, _ count: Int, _ channel: Int, _ isWide: Bool) -> Void
) {
    var first = 0
    while first < rows {
        let count = first &+ chunkRows < rows ? chunkRows : rows &- first
        var c = 0
        while c < lanes {
            if lanes &- c >= 4 &* Lanes.width {
                body(first, count, c, true)
                c &+= 4 &* Lanes.width
            } else {
                body(first, count, c, false)
                c &+= Lanes.width
            }
        }
        first &+= count
    }
}

extension Lanes {
    /// Adds every value to one in double.
    @inline(__always)
    fileprivate func add(to sums: UnsafeMutablePointer<Double>) {
        for lane in 0..<Lanes.width { sums[lane] += Double(self[lane]) }
    }
}
