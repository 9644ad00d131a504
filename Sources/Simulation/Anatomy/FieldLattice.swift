/// Smooth fields known at the nodes of a coarse lattice, read trilinearly between them; beyond it, the edge's values.
struct FieldLattice<Value: SIMD & Sendable>: Sendable where Value.Scalar == Float {
    let origin: SIMD3<Float>
    let spacing: Float
    let shape: SIMD3<Int>
    var nodes: [Value]

    /// A lattice that covers a box, filled by a function of the place in mm.
    init(from low: SIMD3<Float>, to high: SIMD3<Float>, spacing: Float, _ value: (SIMD3<Float>) -> Value) {
        origin = low
        self.spacing = spacing
        let n = ((high - low) / spacing).rounded(.up)
        let shape = SIMD3<Int>(Int(n.x) + 1, Int(n.y) + 1, Int(n.z) + 1)
        self.shape = shape
        nodes = [Value](unsafeUninitializedCapacity: shape.x * shape.y * shape.z) { out, count in
            var at = 0
            for i in 0..<shape.x {
                for j in 0..<shape.y {
                    for k in 0..<shape.z {
                        (out.baseAddress! + at).initialize(
                            to: value(low + SIMD3(Float(i), Float(j), Float(k)) * spacing))
                        at += 1
                    }
                }
            }
            count = at
        }
    }

    func place(_ i: Int, _ j: Int, _ k: Int) -> SIMD3<Float> { origin + SIMD3(Float(i), Float(j), Float(k)) * spacing }

    func sample(_ p: SIMD3<Float>) -> Value { nodes.withUnsafeBufferPointer { Reader(self, $0).sample(p) } }

    func read<Result>(_ body: (Reader) -> Result) -> Result {
        nodes.withUnsafeBufferPointer { body(Reader(self, $0)) }
    }

    /// Fast access while the nodes stay where they are.
    struct Reader {
        private let nodes: UnsafePointer<Value>
        private let origin: SIMD3<Float>
        private let inverse: Float
        private let last: SIMD3<Float>
        private let sx, sy: Int

        init(_ lattice: FieldLattice, _ nodes: UnsafeBufferPointer<Value>) {
            self.nodes = nodes.baseAddress!
            origin = lattice.origin
            inverse = 1 / lattice.spacing
            let n = lattice.shape
            last = SIMD3(Float(n.x - 1), Float(n.y - 1), Float(n.z - 1)) - 0.0005
            (sx, sy) = (n.y * n.z, n.z)
        }

        @inline(__always) func contains(_ p: SIMD3<Float>) -> Bool {
            let q = (p - origin) * inverse
            return all(q .>= 0) && all(q .<= last)
        }

        @inline(__always) func sample(_ p: SIMD3<Float>) -> Value {
            let q = ((p - origin) * inverse).clamped(lowerBound: .zero, upperBound: last)
            let (i, j, k) = (Int(q.x), Int(q.y), Int(q.z))
            let (u, v, w) = (q.x - Float(i), q.y - Float(j), q.z - Float(k))
            let a = nodes + (i * sx + j * sy + k)
            let c00 = a[0] + (a[1] - a[0]) * w
            let c01 = a[sy] + (a[sy + 1] - a[sy]) * w
            let c10 = a[sx] + (a[sx + 1] - a[sx]) * w
            let c11 = a[sx + sy] + (a[sx + sy + 1] - a[sx + sy]) * w
            let c0 = c00 + (c01 - c00) * v
            let c1 = c10 + (c11 - c10) * v
            return c0 + (c1 - c0) * u
        }
    }
}
