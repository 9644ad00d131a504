internal import Foundation
internal import Imaging

/// Made-up magnetic resonance of the heart, the prostate, the knee and the spine.
enum ResonanceTasks {
    private enum Region {
        static let body: UInt8 = 1
        static let organ: UInt8 = 2
        static let inner: UInt8 = 3
        static let lung: UInt8 = 4
        static let bone: UInt8 = 5
        static let other: UInt8 = 6
    }

    static let heart = SegmentationTask(
        name: "heart-mr", modality: "MR of the heart",
        labels: ["left ventricle", "muscle of the left ventricle", "right ventricle", "atria"]
    ) { makeHeart($0, $1) }
    static let prostate = SegmentationTask(
        name: "prostate-mr", modality: "T2-weighted MR of the pelvis", labels: ["central gland", "peripheral zone"]
    ) { makeProstate($0, $1) }
    static let knee = SegmentationTask(
        name: "knee-mr", modality: "MR of the knee", labels: ["thigh bone", "shin bone", "kneecap", "cartilage"]
    ) { makeKnee($0, $1) }
    static let spine = SegmentationTask(
        name: "spine-mr", modality: "T2-weighted MR of the spine", labels: ["vertebrae", "discs", "spinal canal"]
    ) { makeSpine($0, $1) }

    private static func makeHeart(_ seed: UInt64, _ grid: VoxelGrid) -> SegmentationTask.Sample {
        var random = PhantomRandom(seed: seed, part: "heart")
        var canvas = TaskCanvas(grid, widthMM: 250, bendMM: 5, air: 0, &random)
        let (blood, muscle, fat) = (random.between(420, 620), random.between(170, 280), random.between(450, 800))
        canvas.lay(TiltedEllipsoid([0, -10, 0], [150, 104, 400]), fat, region: Region.body)
        canvas.lay(TiltedEllipsoid([0, -10, 0], [138, 92, 400]), muscle, region: Region.body)
        for side in [Float(1), -1] {
            canvas.lay(
                TiltedEllipsoid([side * 74, -20, 30], [52, 70, 120]), random.between(15, 50), region: Region.lung)
        }
        canvas.lay(TiltedEllipsoid([50, 10, -120], [90, 80, 64]), muscle * 1.2, region: Region.other)
        let size = random.between(0.85, 1.15)
        let apex = SIMD3<Float>(-22 + random.between(-8, 8), 16, -22 + random.between(-8, 8))
        canvas.lay(TiltedEllipsoid(apex, SIMD3(64, 54, 60) * size, tilt: 0.4), fat * 0.7, region: Region.other)
        let atria: [(offset: SIMD3<Float>, side: Float)] = [([-16, -22, 36], 1), ([30, -8, 22], 0.9)]
        for (offset, side) in atria {
            canvas.lay(
                TiltedEllipsoid(apex + offset * size, SIMD3(24, 20, 22) * (size * side)), blood, label: 4,
                region: Region.organ)
        }
        canvas.lay(
            TiltedEllipsoid(apex + SIMD3(16, 14, 0) * size, SIMD3(34, 26, 42) * size, tilt: 0.5), muscle * 1.05,
            region: Region.other)
        canvas.lay(
            TiltedEllipsoid(apex + SIMD3(16, 14, 0) * size, SIMD3(30, 22, 38) * size, tilt: 0.5), blood, label: 3,
            region: Region.organ)
        let wall = random.between(8, 13)
        let cavity = SIMD3<Float>(22, 22, 40) * (size * random.between(0.8, 1.1))
        let place = apex + SIMD3(-20, -2, -4) * size
        canvas.lay(TiltedEllipsoid(place, cavity + wall, tilt: 0.5), muscle, label: 2, region: Region.organ)
        canvas.lay(TiltedEllipsoid(place, cavity, tilt: 0.5), blood, label: 1, region: Region.inner)
        for x in [Float(7), -7] {
            let root = place + SIMD3(x, 6, -8)
            canvas.lay(
                TiltedEllipsoid(root, [4.5, 4.5, 12]), muscle, label: 1, region: Region.inner, within: Region.inner)
        }
        canvas.layPath(
            [apex + SIMD3(-4, 0, 36), [0, 6, 70], [-16, -40, 70], [-20, -46, -200]], 13, blood, region: 6)
        return TaskScanner.resonance(canvas, &random)
    }

    private static func makeProstate(_ seed: UInt64, _ grid: VoxelGrid) -> SegmentationTask.Sample {
        var random = PhantomRandom(seed: seed, part: "prostate")
        var canvas = TaskCanvas(grid, widthMM: 170, bendMM: 3, air: 0, &random)
        let (fat, muscle) = (random.between(500, 750), random.between(110, 170))
        canvas.lay(TiltedEllipsoid(.zero, [200, 110, 300]), fat, region: Region.body)
        for side in [Float(1), -1] {
            canvas.lay(TiltedEllipsoid([side * 62, 8, -10], [26, 44, 70]), muscle, region: Region.body)
            canvas.lay(Tube([side * 70, 34, 30], [side * 22, 62, -24], 12), muscle * 1.6, region: Region.bone)
            canvas.lay(TiltedEllipsoid([side * 42, -12, -20], [9, 40, 40]), muscle * 0.9, region: Region.body)
        }
        canvas.lay(
            TiltedEllipsoid([0, 14, 58], SIMD3(38, 34, 30) * random.between(0.7, 1.1)), random.between(700, 950),
            region: Region.other)
        canvas.lay(Tube([0, -44, -90], [0, -36, 90], random.between(12, 20)), random.between(80, 420), region: 6)
        let size = random.between(0.8, 1.25)
        let place = SIMD3<Float>(0, random.between(-4, 4), random.between(-8, 6))
        let zone = random.between(380, 560)
        canvas.lay(TiltedEllipsoid(place, SIMD3(27, 19, 22) * size), zone, label: 2, region: Region.organ)
        let growth = random.between(0.8, 1.15)
        canvas.lay(
            TiltedEllipsoid(place + SIMD3(0, 5, 3) * size, SIMD3(19, 13, 17) * (size * growth)), zone * 0.55, label: 1,
            region: Region.inner, within: Region.organ)
        for _ in 0..<6 {
            guard let spot = canvas.place(in: Region.inner, &random) else { continue }
            let r = random.between(2, 6)
            canvas.lay(
                TiltedEllipsoid(spot, [r, r, r]), zone * random.between(0.35, 1), label: nil, region: Region.inner,
                within: Region.inner)
        }
        for side in [Float(1), -1] {
            canvas.lay(
                TiltedEllipsoid(place + SIMD3(side * 18, -16, 26), [16, 7, 8], tilt: side * 0.3),
                random.between(500, 850),
                region: Region.other)
        }
        return TaskScanner.resonance(canvas, &random)
    }

    private static func makeKnee(_ seed: UInt64, _ grid: VoxelGrid) -> SegmentationTask.Sample {
        var random = PhantomRandom(seed: seed, part: "knee")
        var canvas = TaskCanvas(grid, widthMM: 160, bendMM: 3, air: 0, &random)
        let (fat, muscle) = (random.between(450, 750), random.between(150, 240))
        let (marrow, cartilage) = (random.between(350, 650), random.between(480, 800))
        canvas.lay(Tube([0, 0, 200], [0, -4, -200], 66, endRadius: 56), fat, region: Region.body)
        canvas.lay(Tube([0, -6, 200], [0, -8, -200], 56, endRadius: 46), muscle, region: Region.body)
        canvas.lay(TiltedEllipsoid([0, -30, 0], [26, 16, 50]), fat, region: Region.body)
        canvas.lay(TiltedEllipsoid([0, 34, -20], [18, 12, 26]), fat, region: Region.body)
        canvas.lay(Tube([0, 44, 110], [0, 44, -60], 7), 30, region: Region.body)
        let gap = random.between(2.5, 4.5)
        // Cartilage first, then the bone it covers.
        for side in [Float(1), -1] {
            canvas.lay(
                TiltedEllipsoid([side * 23, -4, 20], SIMD3(20, 30, 20) + gap), cartilage, label: 4, region: Region.other
            )
            canvas.lay(
                TiltedEllipsoid([side * 22, -2, -12], SIMD3(21, 24, 9) + gap * 0.7), cartilage, label: 4,
                region: Region.other)
        }
        for side in [Float(1), -1] {
            canvas.lay(
                TiltedEllipsoid([side * 23, -4, 20], [20, 30, 20]), marrow, label: 1, region: Region.bone)
            canvas.lay(TiltedEllipsoid([side * 22, -2, -15], [22, 25, 10]), marrow, label: 2, region: Region.bone)
            canvas.lay(
                TiltedEllipsoid([side * 30, -2, 1], [10, 20, 3]), 60, region: Region.body, within: Region.other)
        }
        canvas.lay(Tube([0, 0, 24], [0, 4, 170], 24, endRadius: 15), 60, label: 1, region: Region.bone)
        canvas.lay(Tube([0, 0, 22], [0, 4, 170], 21, endRadius: 11), marrow, label: 1, region: Region.bone)
        canvas.lay(Tube([0, 0, -26], [0, -4, -170], 28, endRadius: 14), 60, label: 2, region: Region.bone)
        canvas.lay(Tube([0, 0, -24], [0, -4, -170], 25, endRadius: 10), marrow, label: 2, region: Region.bone)
        canvas.lay(Tube([34, -20, -34], [36, -22, -170], 8, endRadius: 6), marrow * 0.8, region: Region.other)
        let cap = SIMD3<Float>(0, 46, 26 + random.between(-6, 6))
        canvas.lay(TiltedEllipsoid(cap - SIMD3(0, 4, 0), [20, 9, 20]), cartilage, label: 4, region: Region.other)
        canvas.lay(TiltedEllipsoid(cap, [19, 9, 20]), marrow, label: 3, region: Region.bone)
        canvas.lay(Tube([8, -18, 20], [-6, 12, -8], 4), 40, region: Region.other)
        return TaskScanner.resonance(canvas, &random)
    }

    private static func makeSpine(_ seed: UInt64, _ grid: VoxelGrid) -> SegmentationTask.Sample {
        var random = PhantomRandom(seed: seed, part: "spine")
        var canvas = TaskCanvas(grid, widthMM: 210, bendMM: 4, air: 0, &random)
        let (fat, muscle) = (random.between(500, 800), random.between(120, 190))
        let (marrow, disc, fluid) = (random.between(220, 420), random.between(250, 700), random.between(750, 1000))
        canvas.lay(TiltedEllipsoid([0, 40, 0], [190, 130, 600]), fat, region: Region.body)
        canvas.lay(TiltedEllipsoid([0, 46, 0], [180, 112, 600]), muscle, region: Region.body)
        canvas.lay(TiltedEllipsoid([0, 84, 0], [150, 60, 600]), fat * 0.8, region: Region.body)
        for (x, r) in [(Float(-12), Float(10)), (14, 11)] {
            canvas.lay(Tube([x, 50, -300], [x, 50, 300], r), 40, region: Region.other)
        }
        let (height, bow) = (random.between(31, 37), random.between(0.0006, 0.0016))
        func middle(_ z: Float) -> SIMD3<Float> { [0, 22 - bow * z * z, z] }
        canvas.layPath((-6...6).map { middle(Float($0) * 30) + SIMD3(0, -30, 0) }, 10, fluid, label: 3, region: 3)
        canvas.layPath(
            (-6...6).map { middle(Float($0) * 30) + SIMD3(0, -30, 0) }, 5, muscle * 2, label: 3, region: 3)
        for level in -5...5 {
            let z = Float(level) * height + random.between(-1, 1)
            let isWorn = random.unit() < 0.25
            canvas.lay(
                RoundedBox(middle(z + height / 2), [23, 17, isWorn ? 4 : 6], round: 4), isWorn ? muscle : disc,
                label: 2,
                region: Region.inner)
            canvas.lay(
                RoundedBox(middle(z), [22, 16, height / 2 - 5], round: 5), marrow * random.between(0.9, 1.1), label: 1,
                region: Region.bone)
            canvas.lay(
                Tube(middle(z) + SIMD3(0, -44, 0), middle(z) + SIMD3(0, -70, -12), 5), marrow, label: 1,
                region: Region.bone)
        }
        return TaskScanner.resonance(canvas, &random)
    }
}
