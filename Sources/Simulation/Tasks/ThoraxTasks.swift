internal import Foundation
internal import Imaging

/// Made-up computed tomography of the chest: lungs with vessels, heart, aorta, spine, ribs, and nodules in some.
enum ThoraxTasks {
    /// What of a chest is to be outlined.
    enum Wanted { case organs, vessels, nodules }

    /// Everything a chest has, under one number each.
    private enum Region {
        static let body: UInt8 = 1
        static let lung: UInt8 = 2
        static let heart: UInt8 = 3
        static let vessel: UInt8 = 4
        static let bone: UInt8 = 5
        static let nodule: UInt8 = 6
        static let airway: UInt8 = 7
        static let abdomen: UInt8 = 8
    }

    static let organs = SegmentationTask(
        name: "thorax-ct", modality: "CT of the chest",
        labels: ["lungs", "heart", "aorta and vessels", "ribs and spine", "nodules"]
    ) { make($0, $1, .organs) }

    static let vessels = SegmentationTask(
        name: "lung-vessels-ct", modality: "CT of the chest, with contrast", labels: ["vessels of the lung", "airways"]
    ) { make($0, $1, .vessels) }

    static let nodules = SegmentationTask(
        name: "lung-nodules-ct", modality: "CT of the chest", labels: ["nodules"]
    ) { make($0, $1, .nodules) }

    private static func make(_ seed: UInt64, _ grid: VoxelGrid, _ wanted: Wanted) -> SegmentationTask.Sample {
        var random = PhantomRandom(seed: seed, part: "thorax")
        var canvas = TaskCanvas(grid, widthMM: 372, bendMM: 7, air: -1000, &random)
        func label(_ organs: UInt8, vessels: UInt8 = 0, nodules: UInt8 = 0) -> UInt8 {
            switch wanted {
            case .organs: organs
            case .vessels: vessels
            case .nodules: nodules
            }
        }
        let (fat, muscle) = (random.between(-120, -80), random.between(40, 65))
        let contrast = wanted == .vessels || random.unit() < 0.5 ? random.between(120, 300) : random.between(20, 45)
        let blood = muscle + contrast * 0.8
        let (depth, width) = (random.between(92, 112), random.between(140, 160))
        canvas.lay(TiltedEllipsoid([0, 0, 0], [width, depth, 330]), fat, region: Region.body)
        let layer = random.between(5, 22)
        canvas.lay(
            TiltedEllipsoid([0, 0, 0], [width - layer, depth - layer, 330]), muscle, region: Region.body)
        bones(&canvas, width - layer, depth - layer, label(4), &random)
        let air = random.between(-880, -800)
        for side in [Float(1), -1] {
            let lung = TiltedEllipsoid(
                [side * 66, -4, random.between(2, 14)], [50, depth - layer - 14, random.between(126, 150)],
                tilt: side * -0.12)
            canvas.lay(lung, air, label: label(1), region: Region.lung)
            // The diaphragm bulges into it from below.
            canvas.lay(
                TiltedEllipsoid([side * 62, 4, -172 + random.between(-12, 12)], [66, 78, 72]), muscle + 15,
                region: Region.abdomen, within: Region.lung)
        }
        if random.unit() < 0.4 { airTrapping(&canvas, label(1), &random) }
        heart(&canvas, muscle, blood, label(2), label(3), &random)
        for side in [Float(1), -1] {
            let root = SIMD3<Float>(side * 24, -14, 16)
            for lobe in 0..<3 {
                let way = SIMD3<Float>(side * 0.9, [0.5, -0.5, -0.1][lobe], [0.5, 0, -0.8][lobe])
                canvas.layTree(
                    from: root, towards: way, lengthMM: 42, radius: 8, generations: 6, blood - 20,
                    label: label(3, vessels: 1), region: Region.vessel, within: Region.lung, &random)
            }
            canvas.layPath(
                [[0, -20, 34], root + SIMD3(side * 4, -8, -6), root + SIMD3(side * 34, -14, -30)], 8, endRadius: 4,
                -990,
                label: label(0, vessels: 2), region: Region.airway)
        }
        canvas.layPath([[0, -14, 175], [0, -20, 34]], 9, -995, label: label(0, vessels: 2), region: Region.airway)
        let count = wanted == .nodules ? 2 + Int(random.unit() * 5) : Int(random.unit() * 4)
        for _ in 0..<count {
            guard let place = canvas.place(in: Region.lung, &random) else { continue }
            let r = random.between(5, 16)
            let axes = SIMD3(r, r * random.between(0.8, 1.2), r * random.between(0.8, 1.2))
            canvas.lay(
                TiltedEllipsoid(place, axes), random.between(-250, 70), label: label(5, nodules: 1),
                region: Region.nodule, within: Region.lung)
        }
        return TaskScanner.tomography(canvas, &random)
    }

    private static func bones(
        _ canvas: inout TaskCanvas, _ width: Float, _ depth: Float, _ label: UInt8, _ random: inout PhantomRandom
    ) {
        let (cortex, marrow) = (random.between(380, 700), random.between(150, 260))
        for level in -8...8 {
            let z = Float(level) * 25
            canvas.lay(
                RoundedBox([0, -depth + 44, z], [18, 15, 11], round: 5), marrow, label: label, region: Region.bone)
            canvas.lay(
                Tube([0, -depth + 28, z], [0, -depth + 4, z - 8], 5), cortex, label: label, region: Region.bone)
            for side in [Float(1), -1] {
                let points = (0...8).map { n -> SIMD3<Float> in
                    // From the spine around to the front, falling.
                    let angle = -Float.pi / 2 + side * (0.2 + Float(n) * 0.3)
                    return [(width - 4) * cos(angle), (depth - 4) * sin(angle), z + 20 - Float(n) * 7]
                }
                canvas.layPath(points, 5.5, cortex, label: label, region: Region.bone)
            }
        }
        canvas.lay(RoundedBox([0, depth - 6, 20], [16, 6, 80], round: 4), marrow, label: label, region: Region.bone)
    }

    private static func heart(
        _ canvas: inout TaskCanvas, _ muscle: Float, _ blood: Float, _ heart: UInt8, _ vessel: UInt8,
        _ random: inout PhantomRandom
    ) {
        canvas.lay(
            TiltedEllipsoid([0, -6, 20], [30, 50, 150]), muscle - 20, region: Region.body, within: Region.lung)
        let place = SIMD3<Float>(-20 + random.between(-8, 8), 22, -38 + random.between(-10, 10))
        let size = random.between(0.9, 1.15)
        canvas.lay(TiltedEllipsoid(place, [56, 44, 52] * size, tilt: 0.4), muscle, label: heart, region: Region.heart)
        for offset in [[-16, 2, -6], [20, 8, 0], [12, -14, 22], [-14, -12, 24]] as [SIMD3<Float>] {
            canvas.lay(
                TiltedEllipsoid(place + offset * size, SIMD3(18, 18, 20) * size), blood, label: heart,
                region: Region.heart)
        }
        let arch: [SIMD3<Float>] = [
            [6, 14, 8], [10, 16, 50], [0, -4, 70], [-18, -34, 58], [-20, -44, 20], [-18, -46, -170],
        ]
        canvas.layPath(arch, 14, endRadius: 11, blood, label: vessel, region: Region.vessel)
        canvas.layPath([[24, 8, 10], [26, 6, 120]], 9, blood - 15, label: vessel, region: Region.vessel)
        canvas.layPath(
            [[-10, 20, 10], [-4, 8, 34], [-30, -14, 30]], 13, blood, label: vessel, region: Region.vessel)
        canvas.layPath([[-4, 8, 34], [30, -14, 24]], 11, blood, label: vessel, region: Region.vessel)
    }

    /// Darker patches in the lung, which are no label of their own.
    private static func airTrapping(_ canvas: inout TaskCanvas, _ lung: UInt8, _ random: inout PhantomRandom) {
        for _ in 0..<3 {
            guard let place = canvas.place(in: Region.lung, &random) else { return }
            canvas.lay(
                TiltedEllipsoid(place, [20, 20, 24]), -930, label: lung, region: Region.lung, within: Region.lung)
        }
    }
}
