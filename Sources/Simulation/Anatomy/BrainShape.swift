internal import Imaging

/// The plain bodies that a made-up brain consists of, before it is folded.
///
/// Everything is described for the right half; the left is its mirror image, and a smooth warp makes them differ.
struct BrainShape: Sendable {
    private let upper, lower, temporal, hemisphere, vermis: Ellipsoid
    private let bodies: [Ellipsoid]
    /// The lateral ventricle from the frontal to the temporal horn, and the occipital horn: place and radius.
    private let ventricle: [SIMD4<Float>]
    private let occipital: [SIMD4<Float>]
    private let midline: [Ellipsoid]
    let stretch: SIMD3<Float>
    private let warp: WarpField
    private let ventricleSize: Float
    private let taper: Float
    private let sylvianTilt: Float
    private let meander: WaveField

    init(_ plan: AnatomyPlan, seed: UInt64) {
        var random = PhantomRandom(seed: seed, part: "shape")
        let size = random.between(plan.size)
        stretch =
            size * SIMD3(random.between(plan.stretch), random.between(plan.stretch), random.between(plan.stretch))
        func vary(_ ellipsoid: SIMD3<Float>, _ axes: SIMD3<Float>, by mm: Float = 1.5) -> Ellipsoid {
            Ellipsoid(
                ellipsoid + SIMD3(random.normal(), random.normal(), random.normal()).clamped(
                    lowerBound: SIMD3(repeating: -2), upperBound: SIMD3(repeating: 2)) * mm * 0.5,
                axes * SIMD3(random.between(0.95, 1.05), random.between(0.95, 1.05), random.between(0.95, 1.05)))
        }
        upper = Ellipsoid([0, 0, 0], [64, 83, 64])
        lower = Ellipsoid([0, 0, 0], [63, 82, 33])
        temporal = vary([41, 12, -24], [21, 38, 21])
        hemisphere = vary([23, -47, -38], [29, 29, 23])
        vermis = Ellipsoid([0, -47, -37], [14, 26, 20])
        let v = random.between(plan.ventricles)
        ventricleSize = v
        // Nuclei: thalamus, caudate, putamen, pallidum, amygdala and hippocampus.
        bodies = [
            vary([10, -13, 2], [8.5, 15, 9.5]), vary([14, 19, 6], [5.5, 14, 9]), vary([26, 7, 0], [6, 18, 11]),
            vary([19.5, 3, -2], [3.5, 9, 7]), vary([23, 8, -20], [7, 7, 8]), vary([26, -14, -17], [5, 14, 5]),
        ]
        func bent(_ place: SIMD3<Float>, _ radius: Float) -> SIMD4<Float> {
            let moved = place + SIMD3(random.normal(), random.normal(), random.normal()) * 0.8
            return SIMD4(moved, radius * v * random.between(0.85, 1.15))
        }
        ventricle = [
            bent([9, 35, 4], 2.4), bent([9, 18, 11], 4), bent([9, -4, 15], 3.6), bent([14, -22, 14], 4.4),
            bent([24, -34, 4], 5), bent([31, -20, -12], 2.2), bent([28, -2, -17], 1.4),
        ]
        occipital = [bent([23, -34, 5], 4.5), bent([20, -56, 4], 1.2)]
        midline = [Ellipsoid([0, -8, -1], [1.4 * v, 12, 9]), Ellipsoid([0, -37, -34], [5 * v, 5, 9])]
        warp = WarpField(&random, amplitudeMM: 1.7, wavelengthsMM: 65...130)
        taper = random.between(0.0012, 0.0026)
        sylvianTilt = random.between(0.2, 0.36)
        meander = WaveField(&random, count: 8, wavelengthsMM: 24...60)
    }

    /// From the scanner's place to that in the mean brain.
    @inline(__always) func place(_ p: SIMD3<Float>) -> SIMD3<Float> {
        var q = p / stretch
        q += warp(q)
        q.x *= 1 + taper * min(max(q.y, -90), 90)
        return q
    }

    @inline(__always) static func right(_ p: SIMD3<Float>) -> SIMD3<Float> { [abs(p.x), p.y, p.z] }

    /// Height of the sheet between cerebrum and cerebellum.
    @inline(__always) private func tent(_ q: SIMD3<Float>) -> Float { -9 - 0.3 * abs(q.x) - 0.12 * (q.y + 45) }

    /// Signed distance from the cerebrum's hull, of a place in the mean brain.
    @inline(__always) func cerebrum(_ q: SIMD3<Float>) -> Float {
        let r = Self.right(q)
        let vault = q.z > 0 ? upper.distance(q) : lower.distance(q)
        let hull = joined(vault, temporal.distance(r), over: 6)
        let under = max(q.z - tent(q) - 1, q.y + 15 + 0.2 * abs(q.x))
        return max(hull, -under)
    }

    @inline(__always) func cerebellum(_ q: SIMD3<Float>) -> Float {
        let body = joined(hemisphere.distance(Self.right(q)), vermis.distance(q), over: 5)
        return max(body, q.z - tent(q) + 1.5)
    }

    @inline(__always) func stem(_ q: SIMD3<Float>) -> Float {
        // From the midbrain to the cord, the pons thicker.
        let t = min(max((-8 - q.z) / 70, 0), 1)
        let middle = SIMD2<Float>(0, -14 - 22 * t)
        let d = SIMD2(q.x, q.y) - middle
        let pons = max(0, 1 - abs(t - 0.38) / 0.22)
        let radius = 12 - 4.5 * t + 3.5 * pons
        let side = (d * d * SIMD2(0.75, 1)).sum().squareRoot() - radius
        return max(side, max(-76 - q.z, q.z + 4))
    }

    /// The smooth outline around all of it.
    @inline(__always) func outline(_ q: SIMD3<Float>) -> Float {
        let r = Self.right(q)
        let vault = q.z > 0 ? upper.distance(q) : lower.distance(q)
        let cerebrum = joined(vault, temporal.distance(r), over: 14)
        let hind = joined(hemisphere.distance(r), vermis.distance(q), over: 10)
        return joined(joined(cerebrum, hind, over: 14), stem(q), over: 8)
    }

    /// Below 1 around the nuclei, where no sulcus reaches.
    @inline(__always) func core(_ q: SIMD3<Float>) -> Float {
        let e = SIMD3<Float>(q.x, q.y + 3, q.z + 2) / SIMD3<Float>(30, 30, 22)
        return (e * e).sum().squareRoot()
    }

    @inline(__always) func nuclei(_ q: SIMD3<Float>) -> Float {
        let r = Self.right(q)
        var nearest: Float = 99
        for body in bodies { nearest = min(nearest, body.distance(r)) }
        return nearest
    }

    @inline(__always) func ventricles(_ q: SIMD3<Float>) -> Float {
        let r = Self.right(q)
        var nearest = min(Self.tube(ventricle, r), Self.tube(occipital, r))
        for part in midline { nearest = min(nearest, part.distance(q)) }
        return nearest
    }

    /// Distance from a bent tube.
    @inline(__always) private static func tube(_ knots: [SIMD4<Float>], _ p: SIMD3<Float>) -> Float {
        var nearest: Float = 99
        for n in 1..<knots.count {
            let (a, b) = (knots[n - 1], knots[n])
            let line = SIMD3(b.x - a.x, b.y - a.y, b.z - a.z)
            let d = SIMD3(p.x - a.x, p.y - a.y, p.z - a.z)
            let t = min(max((d * line).sum() / (line * line).sum(), 0), 1)
            var away = d - line * t
            // Slit-like: narrow from the midline outwards, high.
            let tilted = away.x - 0.45 * away.z
            away = SIMD3(tilted * 1.25, away.y, away.z * 0.72)
            nearest = joined(nearest, (away * away).sum().squareRoot() - mixed(a.w, b.w, t), over: 3)
        }
        return nearest
    }

    /// The sheet between the hemispheres: signed distance, and how far beyond its end (above 0 there is none).
    @inline(__always) func fissure(_ q: SIMD3<Float>) -> (distance: Float, beyond: Float) {
        let callosum = SIMD2<Float>((q.y - 3) / 42, (q.z - 1) / 25)
        let ring = (1 - (callosum * callosum).sum().squareRoot()) * 25
        let stalk = min(min(q.y + 32, 8 - q.y), 4 - q.z)
        return (q.x + 1.3 * meander(q), max(ring, stalk))
    }

    /// Distance from the sheets around the insula.
    @inline(__always) func sylvian(_ q: SIMD3<Float>) -> Float {
        let x = abs(q.x)
        let bend = 2.5 * meander(q)
        let line = -10 + (18 - q.y) * sylvianTilt + bend
        let lid = max(max(38 - x, 0), max(q.y - 26, -36 - q.y))
        let across = q.z - line
        let outer = (across * across + max(lid, 0) * max(lid, 0)).squareRoot()
        let plate = max(max(abs(across - 2) - 11, 0), max(q.y - 24, -20 - q.y))
        let side = x - 38.5 - 0.4 * bend
        let inner = (side * side + max(plate, 0) * max(plate, 0)).squareRoot()
        return min(outer, inner)
    }
}
