internal import Foundation
internal import Imaging

/// Made-up computed tomography of the belly and the pelvis: organs, tumours of the liver, bones.
enum AbdomenTasks {
    private enum Wanted { case liver, spleen, kidneys, tumours }

    private enum Region {
        static let body: UInt8 = 1
        static let cavity: UInt8 = 2
        static let liver: UInt8 = 3
        static let spleen: UInt8 = 4
        static let kidney: UInt8 = 5
        static let bone: UInt8 = 6
        static let vessel: UInt8 = 7
        static let gut: UInt8 = 8
        static let tumour: UInt8 = 9
        static let bladder: UInt8 = 10
    }

    static let liver = SegmentationTask(
        name: "liver-ct", modality: "CT of the abdomen", labels: ["liver"]
    ) { make($0, $1, .liver) }
    static let spleen = SegmentationTask(
        name: "spleen-ct", modality: "CT of the abdomen", labels: ["spleen"]
    ) { make($0, $1, .spleen) }
    static let kidneys = SegmentationTask(
        name: "kidneys-ct", modality: "CT of the abdomen", labels: ["kidneys"]
    ) { make($0, $1, .kidneys) }
    static let tumours = SegmentationTask(
        name: "liver-tumour-ct", modality: "CT of the abdomen, with contrast", labels: ["liver", "tumour"]
    ) { make($0, $1, .tumours) }
    static let pelvis = SegmentationTask(
        name: "pelvis-ct", modality: "CT of the pelvis", labels: ["pelvic bones", "thigh bones", "bladder"]
    ) { makePelvis($0, $1) }

    private static func make(_ seed: UInt64, _ grid: VoxelGrid, _ wanted: Wanted) -> SegmentationTask.Sample {
        var random = PhantomRandom(seed: seed, part: "abdomen")
        var canvas = TaskCanvas(grid, widthMM: 360, bendMM: 8, air: -1000, &random)
        let (fat, muscle) = (random.between(-120, -80), random.between(40, 62))
        let contrast = random.between(0, 90)
        let (width, depth) = (random.between(138, 160), random.between(92, 116))
        let layer = random.between(10, 30)
        canvas.lay(TiltedEllipsoid(.zero, [width, depth, 330]), fat, region: Region.body)
        canvas.lay(TiltedEllipsoid(.zero, [width - layer, depth - layer, 330]), muscle, region: Region.body)
        canvas.lay(
            TiltedEllipsoid([0, 8, 0], [width - layer - 14, depth - layer - 14, 330]), fat + 10, region: Region.cavity)
        spine(&canvas, depth - layer, &random)
        gut(&canvas, &random)
        let liver = muscle + 15 + contrast * 0.6
        let size = random.between(0.85, 1.15)
        let isOutlined = wanted == .liver || wanted == .tumours
        canvas.lay(
            TiltedEllipsoid([56, 10, 64], SIMD3(66, 62, 70) * size, tilt: 0.3), liver, label: isOutlined ? 1 : 0,
            region: Region.liver)
        canvas.lay(
            TiltedEllipsoid([-2, 36, 76], SIMD3(50, 30, 34) * size, tilt: 0.2), liver, label: isOutlined ? 1 : 0,
            region: Region.liver)
        canvas.layTree(
            from: [24, 0, 50], towards: [1, 0, 0.4], lengthMM: 30, radius: 5, generations: 4, liver + contrast * 0.6,
            label: nil, region: Region.liver, within: Region.liver, &random)
        canvas.lay(
            TiltedEllipsoid([-92, -40, 70], SIMD3(26, 36, 46) * random.between(0.75, 1.2), tilt: 0.3),
            muscle + 5 + contrast * 0.8, label: wanted == .spleen ? 1 : 0, region: Region.spleen)
        for side in [Float(1), -1] {
            let place = SIMD3<Float>(side * 56, -46, 6 - side * 12 + random.between(-10, 10))
            let kidney = SIMD3<Float>(25, 24, 52) * random.between(0.85, 1.1)
            canvas.lay(
                TiltedEllipsoid(place, kidney, tilt: side * 0.25), muscle - 8 + contrast * 1.6,
                label: wanted == .kidneys ? 1 : 0, region: Region.kidney)
            canvas.lay(
                TiltedEllipsoid(place - SIMD3(side * 10, 0, 0), kidney * SIMD3(0.45, 0.4, 0.5)), fat + 40,
                label: wanted == .kidneys ? 1 : 0, region: Region.kidney)
        }
        for (x, r) in [(Float(-8), Float(11)), (16, 12)] {
            canvas.lay(Tube([x, -44, -180], [x, -40, 180], r), muscle + contrast, region: Region.vessel)
        }
        if wanted == .tumours || random.unit() < 0.4 {
            for _ in 0..<(1 + Int(random.unit() * 4)) {
                guard let place = canvas.place(in: Region.liver, &random) else { continue }
                let r = random.between(8, 26)
                canvas.lay(
                    TiltedEllipsoid(place, [r, r * random.between(0.8, 1.2), r * random.between(0.8, 1.2)]),
                    liver - random.between(25, 70), label: wanted == .tumours ? 2 : wanted == .liver ? 1 : 0,
                    region: Region.tumour, within: Region.liver)
            }
        }
        return TaskScanner.tomography(canvas, &random)
    }

    private static func spine(_ canvas: inout TaskCanvas, _ depth: Float, _ random: inout PhantomRandom) {
        let marrow = random.between(140, 260)
        for level in -5...5 {
            let z = Float(level) * 34
            canvas.lay(RoundedBox([0, -depth + 46, z], [23, 17, 15], round: 6), marrow, region: Region.bone)
            canvas.lay(Tube([0, -depth + 26, z], [0, -depth + 6, z - 6], 5), marrow * 2, region: Region.bone)
        }
        for side in [Float(1), -1] {
            canvas.lay(
                TiltedEllipsoid([side * 42, -depth + 44, -60], [22, 20, 140]), 55, region: Region.body)
        }
    }

    /// Loops of bowel with gas and fluid, and the stomach.
    private static func gut(_ canvas: inout TaskCanvas, _ random: inout PhantomRandom) {
        for _ in 0..<9 {
            let a = SIMD3(random.between(-90, 90), random.between(-10, 60), random.between(-170, -20))
            let b = a + SIMD3(random.between(-50, 50), random.between(-25, 25), random.between(-40, 40))
            canvas.lay(
                Tube(a, b, random.between(9, 20)), random.unit() < 0.25 ? -850 : random.between(0, 50),
                region: Region.gut, within: Region.cavity)
        }
        canvas.lay(
            TiltedEllipsoid([-48, 26, 66], [44, 32, 44], tilt: -0.5),
            random.unit() < 0.4 ? -800 : random.between(0, 60),
            region: Region.gut)
    }

    private static func makePelvis(_ seed: UInt64, _ grid: VoxelGrid) -> SegmentationTask.Sample {
        var random = PhantomRandom(seed: seed, part: "pelvis")
        var canvas = TaskCanvas(grid, widthMM: 390, bendMM: 7, air: -1000, &random)
        let (fat, muscle) = (random.between(-120, -85), random.between(45, 65))
        let (marrow, cortex) = (random.between(80, 220), random.between(500, 900))
        let (width, depth) = (random.between(158, 180), random.between(98, 118))
        canvas.lay(TiltedEllipsoid([0, 0, 60], [width, depth, 260]), fat, region: Region.body)
        for side in [Float(1), -1] {
            canvas.lay(Tube([side * 84, 4, -20], [side * 84, 4, -260], 78, endRadius: 70), fat, region: Region.body)
            canvas.lay(
                TiltedEllipsoid([side * 84, -10, -110], [62, 66, 170]), muscle, region: Region.body,
                within: Region.body)
        }
        canvas.lay(TiltedEllipsoid([0, -6, 60], [width - 28, depth - 24, 150]), muscle, region: Region.body)
        canvas.lay(TiltedEllipsoid([0, 10, 40], [80, 62, 120]), fat + 20, region: Region.cavity)
        canvas.lay(RoundedBox([0, -62, 40], [42, 20, 54], round: 12), marrow, label: 1, region: Region.bone)
        for side in [Float(1), -1] {
            let wing = TiltedEllipsoid([side * 92, -24, 62], [18, 62, 74], tilt: side * 0.5)
            canvas.lay(wing, cortex, label: 1, region: Region.bone)
            canvas.lay(
                TiltedEllipsoid([side * 92, -24, 62], [11, 55, 67], tilt: side * 0.5), marrow, label: 1,
                region: Region.bone)
            canvas.layPath(
                [[side * 84, 0, -6], [side * 44, 46, -20], [side * 8, 56, -30]], 11, marrow * 1.8, label: 1,
                region: Region.bone)
            canvas.layPath(
                [[side * 84, -6, -6], [side * 60, -40, -46], [side * 36, 40, -52]], 12, marrow * 1.6, label: 1,
                region: Region.bone)
            let head = SIMD3<Float>(side * 92, 4, -8)
            canvas.lay(TiltedEllipsoid(head, [30, 30, 30]), muscle - 20, region: Region.body)
            canvas.layPath(
                [head, head + SIMD3(side * 36, -4, -34), head + SIMD3(side * 24, 0, -230)], 17, endRadius: 15, cortex,
                label: 2, region: Region.bone)
            canvas.lay(TiltedEllipsoid(head, [25, 25, 25]), marrow * 1.7, label: 2, region: Region.bone)
            canvas.layPath(
                [head + SIMD3(side * 34, -4, -40), head + SIMD3(side * 24, 0, -230)], 9, marrow - 60, label: 2,
                region: Region.bone)
        }
        gut(&canvas, &random)
        canvas.lay(
            TiltedEllipsoid([random.between(-8, 8), 26, 4], SIMD3(44, 38, 34) * random.between(0.6, 1.2)),
            random.between(-5, 22), label: 3, region: Region.bladder)
        canvas.lay(TiltedEllipsoid([0, -30, 0], [22, 20, 40]), random.between(20, 60), region: Region.gut)
        return TaskScanner.tomography(canvas, &random)
    }
}
