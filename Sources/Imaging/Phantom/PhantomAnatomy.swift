internal import Foundation

/// The noiseless signal of the phantom at any place: tissues laid over one another, blended over a millimetre.
struct PhantomAnatomy {
    /// Intensities of one contrast.
    private struct Tissue {
        var skin, fat, muscle, bone, marrow, fluid, grey, white, nuclei, eye, lesion: Float
    }

    private struct Ellipsoid {
        var centre: SIMD3<Float>
        var inverse: SIMD3<Float>
        var radius: Float

        init(_ centre: SIMD3<Float>, _ axes: SIMD3<Float>) {
            self.centre = centre
            inverse = 1 / axes
            radius = axes.min()
        }

        /// Signed distance in mm, nearly: negative inside.
        @inline(__always)
        func distance(_ p: SIMD3<Float>) -> Float {
            let d = p - centre
            let q = d * inverse
            let r = (q * q).sum().squareRoot()
            if r < 0.05 { return -radius }
            return (1 - 1 / r) * (d * d).sum().squareRoot()
        }
    }

    private let tissue: Tissue
    private let scale: Float
    private let upper, lower: Ellipsoid
    private let temporal, cerebellum, stem: Ellipsoid
    private let face, nose, neck, mouth, sinus, eye, cord: Ellipsoid
    private let ventricle, horn, third, fourth, thalamus, caudate, putamen: Ellipsoid
    private let waves: [(direction: SIMD3<Float>, phase: Float)]
    private let shading: SIMD3<Float>
    private let lesion: Ellipsoid?
    private let stripped: Bool

    init(_ phantom: HeadPhantom) {
        var random = PhantomRandom(seed: phantom.seed)
        tissue =
            phantom.contrast == .t1Like
            ? Tissue(
                skin: 330, fat: 720, muscle: 300, bone: 60, marrow: 260, fluid: 120, grey: 380, white: 560,
                nuclei: 430, eye: 110, lesion: 430)
            : Tissue(
                skin: 230, fat: 300, muscle: 190, bone: 40, marrow: 110, fluid: 60, grey: 420, white: 365,
                nuclei: 390, eye: 60, lesion: 640)
        scale = random.between(0.96, 1.03)
        let wide = random.between(0.97, 1.03)
        upper = Ellipsoid([0, 0, 0], [63 * wide, 82, 64])
        lower = Ellipsoid([0, 0, 0], [63 * wide, 82, 34])
        // Paired parts are described on the right; the left is their mirror image.
        temporal = Ellipsoid([42, 12, -24], [21, 38, 22])
        cerebellum = Ellipsoid([18, -46, -36], [32, 30, 26])
        stem = Ellipsoid([0, -20, -50], [13, 14, 44])
        face = Ellipsoid([0, 42, -78], [58, 52, 62])
        nose = Ellipsoid([0, 98, -60], [13, 14, 22])
        neck = Ellipsoid([0, -18, -150], [54, 58, 120])
        mouth = Ellipsoid([0, 62, -92], [22, 26, 10])
        sinus = Ellipsoid([20, 66, -62], [13, 14, 14])
        eye = Ellipsoid([32, 76, -36], [12, 12, 12])
        cord = Ellipsoid([0, -38, -110], [8, 8, 60])
        ventricle = Ellipsoid([11, 4, 14], [5, 30, 8])
        horn = Ellipsoid([20, -32, 6], [6, 18, 9])
        third = Ellipsoid([0, -8, -2], [2.5, 12, 9])
        fourth = Ellipsoid([0, -40, -34], [6, 6, 8])
        thalamus = Ellipsoid([10, -14, 2], [8, 14, 9])
        caudate = Ellipsoid([17, 16, 12], [5, 16, 8])
        putamen = Ellipsoid([27, 4, 2], [6, 20, 10])
        waves = (0..<7).map { n in
            let turn = SIMD3<Float>(random.normal(), random.normal(), random.normal())
            let length = (turn * turn).sum().squareRoot() + 1e-3
            // Wavelengths of 15 to 30 mm on the brain's surface.
            return (turn / length * (2 * .pi / random.between(15, 30)), random.between(0, 2 * .pi) + Float(n))
        }
        shading = [random.normal() * 6e-4, random.normal() * 6e-4, 4e-4]
        lesion = phantom.lesionAt.map {
            let r = Float(HeadPhantom.lesionRadiusMM)
            return Ellipsoid(SIMD3<Float>($0), [r, r, r])
        }
        stripped = phantom.stripped
    }

    /// Lays a tissue over what is there: all of it deeper than half a millimetre inside.
    @inline(__always)
    private func lay(_ value: inout Float, _ over: Float, _ distance: Float) {
        let share = min(max(0.5 - distance, 0), 1)
        value += (over - value) * share
    }

    /// The union of two bodies with the notch between them filled over some mm.
    @inline(__always)
    private static func joined(_ a: Float, _ b: Float, over width: Float) -> Float {
        let share = max(width - abs(a - b), 0) / width
        return min(a, b) - share * share * width / 4
    }

    /// How much narrower the head grows with every mm towards the front.
    private static let taper: Float = 0.0018

    /// Intensity at RAS mm; 0 in air.
    func signal(_ world: SIMD3<Float>) -> Float {
        var p = world / scale
        // Heads are widest between the parietal bones, behind the middle.
        p.x *= 1 + Self.taper * min(max(p.y, -90), 90)
        if p.z > 92 || p.y < -112 || abs(p.x) > 96 || p.y > 116 { return 0 }
        let right = SIMD3<Float>(abs(p.x), p.y, p.z)
        let brain = brainDistance(p, right)
        if stripped, brain > 0.5 { return 0 }
        var value: Float = 0
        if !stripped { head(&value, p, right, brain) }
        if brain < 3.5 { layBrain(&value, p, right, brain) }
        if value == 0 { return 0 }
        return max(1, value * (1 + (shading * p).sum() - (p * p).sum() * 4e-6))
    }

    @inline(__always)
    private func brainDistance(_ p: SIMD3<Float>, _ right: SIMD3<Float>) -> Float {
        let cerebrum = p.z > 0 ? upper.distance(p) : lower.distance(p)
        return min(
            min(cerebrum, temporal.distance(right)), min(cerebellum.distance(right), stem.distance(p)))
    }

    /// Skin, fat, muscle, skull and the hollows of the face.
    private func head(_ value: inout Float, _ p: SIMD3<Float>, _ right: SIMD3<Float>, _ brain: Float) {
        let soft = min(min(face.distance(p), nose.distance(p)), neck.distance(p))
        let body = Self.joined(brain - 13, soft, over: 14)
        if body > 0.5 { return }
        lay(&value, tissue.skin, body)
        lay(&value, tissue.fat, body + 2)
        if p.z < 0 { lay(&value, tissue.muscle, soft + 6) }
        lay(&value, tissue.bone, brain - 9)
        if p.z > -20 { lay(&value, tissue.marrow, abs(brain - 6) - 1) }
        lay(&value, tissue.fluid, brain - 3)
        lay(&value, tissue.eye, eye.distance(right))
        lay(&value, tissue.fluid, cord.distance(p) - 3)
        lay(&value, tissue.white, cord.distance(p))
        lay(&value, 0, sinus.distance(right))
        lay(&value, 0, mouth.distance(p))
    }

    /// Fluid, folded cortex, white matter, ventricles and nuclei.
    private func layBrain(_ value: inout Float, _ p: SIMD3<Float>, _ right: SIMD3<Float>, _ brain: Float) {
        lay(&value, tissue.fluid, brain)
        let sulcus = sulcusDistance(p, brain)
        // The brain's own surface, with the sulci cut in.
        let surface = max(brain + 1, 1.5 - sulcus)
        let lesionShare = lesion.map { min(max((4 - $0.distance(p)) / 8, 0), 1) } ?? 0
        // Where the lesion is, the cortex is thicker and its inner border blurred.
        let cortex = 2.8 + 2 * lesionShare
        lay(&value, tissue.grey, surface)
        let inner = surface + cortex
        let blur = 1 + 5 * lesionShare
        value += (tissue.white - value) * min(max(0.5 - inner / blur, 0), 1)
        if lesionShare > 0, surface < 0 { value += (tissue.lesion - value) * lesionShare * 0.6 }
        if brain < -12 {
            lay(&value, tissue.nuclei, putamen.distance(right))
            lay(&value, tissue.nuclei, caudate.distance(right))
            lay(&value, tissue.nuclei, thalamus.distance(right))
            lay(&value, tissue.fluid, min(ventricle.distance(right), horn.distance(right)))
            lay(&value, tissue.fluid, min(third.distance(p), fourth.distance(p)))
        }
    }

    /// Distance from the nearest sulcus or fissure, in mm, nearly; large deep inside.
    private func sulcusDistance(_ p: SIMD3<Float>, _ brain: Float) -> Float {
        var nearest: Float = 99
        // Between the hemispheres, above the corpus callosum and at both poles.
        let callosum = SIMD2<Float>(p.y / 50, (p.z - 4) / 26)
        if p.z > -18, (callosum * callosum).sum() > 1 {
            // It winds a little, as no fissure lies in a plane.
            nearest = abs(p.x + 0.4 + 1.7 * sin(p.y / 11 + waves[0].phase) + 1.3 * sin(p.z / 8 + waves[1].phase))
        }
        if brain < -20 { return nearest }
        let fine = p.y < -22 && p.z < -14
        var sum: Float = 0
        if fine {
            // The leaves of the cerebellum.
            sum = 1.6 * sin(p.z * 1.1 + 0.25 * p.y) + 0.4 * sin(p.x * 0.3)
            return min(nearest, brain < -9 ? 99 : abs(sum) * 1.6 + 0.6)
        }
        // Read on the surface and warped with depth, so that the sheets stand upright and bend.
        let length = (p * p).sum().squareRoot()
        let q = p * ((70 + 0.25 * (length - 70)) / max(length, 20))
        for wave in waves { sum += sin((wave.direction * q).sum() + wave.phase) }
        // Deep sulci where the waves agree, shallow ones elsewhere.
        let depth: Float = 9 + 8 * min(max(sum * 0.25 + 0.5, 0), 1)
        let sheet = abs(sum) * 3.2
        return min(nearest, brain < -depth ? sheet + (-depth - brain) : sheet)
    }
}
