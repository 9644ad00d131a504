internal import Foundation
internal import Imaging

/// A smooth random field of mean 0 and variance 1 whose wavelengths lie in a band: a sum of plane waves.
struct WaveField: Sendable {
    private let x, y, z, phase: [SIMD8<Float>]
    private let scale: Float

    /// - Parameters:
    ///   - count: waves, a multiple of 8.
    ///   - wavelengthsMM: from the shortest to the longest.
    init(_ random: inout PhantomRandom, count: Int, wavelengthsMM: ClosedRange<Float>) {
        var (x, y, z, phase): ([SIMD8<Float>], [SIMD8<Float>], [SIMD8<Float>], [SIMD8<Float>]) = ([], [], [], [])
        for _ in 0..<(count / 8) {
            var (a, b, c, d) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
            for lane in 0..<8 {
                let v = SIMD3(random.normal(), random.normal(), random.normal())
                let length = (v * v).sum().squareRoot() + 1e-4
                // In turns per mm.
                let k = v / (length * random.between(wavelengthsMM.lowerBound, wavelengthsMM.upperBound))
                (a[lane], b[lane], c[lane], d[lane]) = (k.x, k.y, k.z, random.unit())
            }
            x.append(a)
            y.append(b)
            z.append(c)
            phase.append(d)
        }
        (self.x, self.y, self.z, self.phase) = (x, y, z, phase)
        scale = (2 / Float(count)).squareRoot()
    }

    @inline(__always) func callAsFunction(_ p: SIMD3<Float>) -> Float {
        var sum = SIMD8<Float>.zero
        for n in 0..<x.count { sum += Self.sine(x[n] * p.x + y[n] * p.y + z[n] * p.z + phase[n]) }
        return sum.sum() * scale
    }

    /// sin(2πt) to about 0.001.
    @inline(__always) static func sine(_ turns: SIMD8<Float>) -> SIMD8<Float> {
        let t = turns - turns.rounded(.toNearestOrEven)
        let a = t.replacing(with: -t, where: t .< 0)
        let y = 8 * t - 16 * t * a
        let b = y.replacing(with: -y, where: y .< 0)
        return y * (0.775 + 0.225 * b)
    }
}

/// Three independent fields: a displacement.
struct WarpField: Sendable {
    private let x, y, z: WaveField
    let amplitudeMM: Float

    init(_ random: inout PhantomRandom, amplitudeMM: Float, wavelengthsMM: ClosedRange<Float>) {
        x = WaveField(&random, count: 8, wavelengthsMM: wavelengthsMM)
        y = WaveField(&random, count: 8, wavelengthsMM: wavelengthsMM)
        z = WaveField(&random, count: 8, wavelengthsMM: wavelengthsMM)
        self.amplitudeMM = amplitudeMM
    }

    @inline(__always) func callAsFunction(_ p: SIMD3<Float>) -> SIMD3<Float> {
        SIMD3(x(p), y(p), z(p)) * amplitudeMM
    }
}

extension PhantomRandom {
    /// A source of its own for a named part of a subject.
    init(seed: UInt64, part: String) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        self.init(seed: hash ^ (seed &* 0x9e37_79b9_7f4a_7c15 &+ 0x632b_e59b_d9b4_e019))
        _ = next()
    }

    mutating func between(_ range: ClosedRange<Double>) -> Float {
        between(Float(range.lowerBound), Float(range.upperBound))
    }
}
