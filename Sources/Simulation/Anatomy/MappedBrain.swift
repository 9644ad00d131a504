internal import Imaging

/// A brain of given tissue maps, bent by a strong smooth random warp, mirrored or not.
struct MappedBrain: BrainAnatomy {
    private let maps: TissueMaps
    /// Place in the maps, relative to their middle, and three fields that shift the borders between tissues.
    private let warp: FieldLattice<SIMD8<Float>>
    let stretch: SIMD3<Float>
    private let flip: Float

    init(_ maps: TissueMaps, _ plan: AnatomyPlan, seed: UInt64) {
        self.maps = maps
        var random = PhantomRandom(seed: seed, part: "maps")
        let size = random.between(plan.size)
        let stretch =
            size * SIMD3(random.between(plan.stretch), random.between(plan.stretch), random.between(plan.stretch))
        self.stretch = stretch
        let flip: Float = random.unit() < 0.5 ? -1 : 1
        self.flip = flip
        let shear = SIMD3(random.normal(), random.normal(), random.normal()) * 0.02
        let coarse = WarpField(&random, amplitudeMM: random.between(plan.coarseWarpMM), wavelengthsMM: 75...140)
        let fine = WarpField(&random, amplitudeMM: random.between(plan.fineWarpMM), wavelengthsMM: 26...45)
        let pial = WaveField(&random, count: 16, wavelengthsMM: 11...24)
        let border = WaveField(&random, count: 16, wavelengthsMM: 11...30)
        let level = random.between(0.8, 1.8)
        warp = FieldLattice(from: [-92, -112, -110], to: [92, 112, 88], spacing: 4.5) { p in
            // Templates are larger than most brains.
            var q = p / (stretch * 0.95)
            q += coarse(q) + fine(q)
            q += SIMD3(shear.x * q.y, shear.y * q.z, shear.z * q.x)
            return [flip * q.x, q.y, q.z, level + 0.7 * pial(p), 0.22 * border(p), 0, 0, 0]
        }
    }

    func read<Result>(_ body: (Reader) -> Result) -> Result {
        warp.read { warp in
            maps.outline.read { outline in
                maps.matter.withUnsafeBufferPointer {
                    body(Reader(warp: warp, outline: outline, maps: maps, matter: $0))
                }
            }
        }
    }

    func outline(_ p: SIMD3<Float>) -> Float {
        let q = warp.sample(p)
        // The stem ends below the cerebellum, not where the maps do.
        let cut = -(q[2] + 68) - 1.5 * max(0, -40 - q[1])
        return max(maps.outline.sample([q[0], q[1], q[2]]).x - 0.5, 0.7 * cut)
    }

    struct Reader: BrainReader {
        private let warp: FieldLattice<SIMD8<Float>>.Reader
        private let outline: FieldLattice<SIMD2<Float>>.Reader
        private let matter: UnsafePointer<SIMD2<UInt8>>
        private let scale, offset, last: SIMD3<Float>
        private let sx, sy: Int

        init(
            warp: FieldLattice<SIMD8<Float>>.Reader, outline: FieldLattice<SIMD2<Float>>.Reader, maps: TissueMaps,
            matter: UnsafeBufferPointer<SIMD2<UInt8>>
        ) {
            self.warp = warp
            self.outline = outline
            self.matter = matter.baseAddress!
            let n = maps.grid.shape
            scale = 1 / SIMD3<Float>(maps.grid.spacingMM)
            offset = (maps.middle - SIMD3<Float>(maps.grid.affineRAS.translation)) * scale
            last = SIMD3(Float(n.x - 1), Float(n.y - 1), Float(n.z - 1)) - 0.001
            (sx, sy) = (n.y * n.z, n.z)
        }

        func isCerebrum(_ p: SIMD3<Float>) -> Bool {
            let q = warp.sample(p)
            let inHind = q[1] < -5 && q[2] < -14 - 0.25 * abs(q[0])
            let isDeep = abs(q[0]) < 33 && q[1] > -38 && q[1] < 40 && q[2] < 22 && q[2] > -30
            return !inHind && !isDeep
        }

        @inline(__always) func shares(_ p: SIMD3<Float>, width: Float) -> Shares {
            let q = warp.sample(p)
            let place = SIMD3<Float>(q[0], q[1], q[2])
            let v = place * scale + offset
            var result = Shares.zero
            guard all(v .>= 0), all(v .<= last) else {
                result[Tissue.fluid] = 1
                return result
            }
            let (i, j, k) = (Int(v.x), Int(v.y), Int(v.z))
            let f = v - SIMD3(Float(i), Float(j), Float(k))
            let a = matter + (i * sx + j * sy + k)
            @inline(__always) func node(_ at: Int) -> SIMD2<Float> { SIMD2<Float>(a[at]) }
            let c00 = node(0) + (node(1) - node(0)) * f.z
            let c01 = node(sy) + (node(sy + 1) - node(sy)) * f.z
            let c10 = node(sx) + (node(sx + 1) - node(sx)) * f.z
            let c11 = node(sx + sy) + (node(sx + sy + 1) - node(sx + sy)) * f.z
            let c0 = c00 + (c01 - c00) * f.y
            let c1 = c10 + (c11 - c10) * f.y
            let m = (c0 + (c1 - c0) * f.x) / 255
            // An atlas is an average: its borders are made as sharp as one brain's, and moved a little.
            let fluid = max(1 - m.x - m.y, 0) * (1 + q[3])
            let grey = m.x
            let white = m.y * (1 + q[4])
            let (c3, g3, w3) = (fluid * fluid * fluid, grey * grey * grey, white * white * white)
            let sum = 1 / max(c3 + g3 + w3, 1e-6)
            result[Tissue.fluid] = c3 * sum
            result[Tissue.white] = w3 * sum
            let r = SIMD3<Float>(abs(place.x), place.y - 2, place.z - 2) / SIMD3(33, 40, 19)
            let deep = (r * r).sum() < 1 && !(abs(place.x) < 7 && place.z > 12)
            result[deep ? Tissue.nuclei : Tissue.cortex] = g3 * sum
            return result
        }
    }
}
