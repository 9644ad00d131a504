internal import Imaging

/// What lies around a brain: fluid, skull, scalp, a plain face, eyes, neck.
struct HeadShell: Sendable {
    /// Distance from the brain's outline, from the skin, from face and neck, and a smooth random field, on a lattice.
    private let fields: FieldLattice<SIMD4<Float>>
    private let stretch: SIMD3<Float>
    private let scalpMM, skullMM, fluidMM: Float
    private let eye, sinus, mouth, nasal: Ellipsoid

    init(_ anatomy: some BrainAnatomy, seed: UInt64) {
        var random = PhantomRandom(seed: seed, part: "shell")
        stretch = anatomy.stretch
        scalpMM = random.between(5.5, 8.5)
        skullMM = random.between(5, 7)
        fluidMM = random.between(1.4, 2.6)
        func vary(_ centre: SIMD3<Float>, _ axes: SIMD3<Float>) -> Ellipsoid {
            Ellipsoid(
                centre, axes * SIMD3(random.between(0.94, 1.06), random.between(0.94, 1.06), random.between(0.94, 1.06))
            )
        }
        let face = vary([0, 42, -78], [58, 52, 62])
        let nose = vary([0, 98, -60], [13, 14, 22])
        let neck = vary([0, -18, -150], [54, 58, 120])
        eye = Ellipsoid([32, 71, -42], [12, 12, 12])
        sinus = vary([20, 66, -62], [13, 14, 14])
        mouth = vary([0, 62, -92], [22, 26, 10])
        nasal = vary([0, 70, -62], [5, 22, 18])
        let texture = WaveField(&random, count: 16, wavelengthsMM: 14...45)
        let bumps = WaveField(&random, count: 8, wavelengthsMM: 40...110)
        let wall = scalpMM + skullMM + fluidMM
        let stretch = self.stretch
        fields = FieldLattice(from: [-112, -132, -205], to: [112, 140, 112], spacing: 4.5) { p in
            let q = p / stretch
            let soft = min(min(face.distance(q), nose.distance(q)), neck.distance(q))
            let brain = anatomy.outline(p)
            let body = joined(brain - wall - 0.7 * bumps(p), soft, over: 14)
            return [brain, body, soft, body < 12 ? texture(p) : 0]
        }
    }

    func read<Result>(_ body: (Reader) -> Result) -> Result {
        fields.read { body(Reader(shell: self, fields: $0)) }
    }

    struct Reader {
        let shell: HeadShell
        let fields: FieldLattice<SIMD4<Float>>.Reader

        /// Distance from the brain's outline and from the skin, and two fields for `lay`.
        @inline(__always) func distances(_ p: SIMD3<Float>) -> SIMD4<Float> { fields.sample(p) }

        /// - Parameter f: of `distances`.
        @inline(__always) func lay(_ s: inout Shares, _ p: SIMD3<Float>, _ f: SIMD4<Float>, width: Float) {
            let (brain, body, soft) = (f.x, f.y, f.z)
            let q = p / shell.stretch
            let right = SIMD3<Float>(abs(q.x), q.y, q.z)
            let outer = shell.fluidMM + shell.skullMM
            s.lay(.soft, share(-body, over: width))
            s.lay(.fat, share(-(body + 1.8), over: width))
            // Muscle lies under the fat of face and neck and at the temples.
            if q.z < 18 {
                let temple = max(brain - outer - 0.3 * shell.scalpMM, abs(q.y - 18) - 34)
                s.lay(.soft, 0.9 * share(-min(soft + 6 + 2 * f.w, max(temple, q.z - 10)), over: width + 1))
                s.lay(.fat, 0.6 * ramp(f.w, 0.7, 1.4) * share(-(soft + 6), over: 3))
                s.lay(.bone, 0.75 * ramp(-f.w, 0.8, 1.3) * share(-(soft + 14), over: 3))
            }
            s.lay(.bone, share(-(brain - outer), over: width))
            if q.z > -25 {
                let middle = shell.fluidMM + shell.skullMM * 0.5
                let marrow = shell.skullMM * (0.2 + 0.05 * f.w)
                s.lay(.fat, 0.6 * sheetShare(brain - middle, half: max(marrow, 0.3), width: width))
            }
            s.lay(.fluid, share(-(brain - shell.fluidMM), over: width))
            if q.z < -15 {
                let eye = max(shell.eye.distance(right), body + 3)
                s.lay(.fat, share(-(eye - 5), over: 3) * share(brain - outer, over: 2))
                s.lay(.soft, share(-(eye - 1), over: width))
                s.lay(.fluid, share(-(eye + 0.5), over: width))
                let spine = max(q.z + 70, (SIMD2(q.x, q.y + 38) * SIMD2(q.x, q.y + 38)).sum().squareRoot() - 13)
                s.lay(.bone, 0.7 * share(-(spine - 9), over: width + 2) * share(brain - outer, over: 2))
                s.lay(.fluid, share(-(spine + 2), over: width))
                s.lay(.white, share(-(spine + 7), over: width))
                s *= 1 - share(-min(shell.sinus.distance(right), shell.nasal.distance(q)), over: width)
                s *= 1 - share(-shell.mouth.distance(q), over: width)
            }
        }
    }
}
