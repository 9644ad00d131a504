internal import Foundation
internal import Imaging

/// Made-up images of the head: tissues, parts, bleeding, tumours and spots.
struct BrainTasks: Sendable {
    /// Brains alone on a background of 0, where the image is one of magnetic resonance.
    let stripped: Bool

    private static let t2w = TissueContrast(
        fluid: 1.5, cortex: 0.82, nuclei: 0.68, white: 0.6, bone: 0.08, fat: 0.9, soft: 0.4, gliosis: 1.05)
    /// In Hounsfield units.
    private static let tomography = TissueContrast(
        fluid: 8, cortex: 39, nuclei: 37, white: 28, bone: 950, fat: -90, soft: 48, gliosis: 26)

    var all: [SegmentationTask] {
        [
            tissues("brain-tissue-t1w", "T1-weighted MR of the head", .t1w),
            tissues("brain-tissue-flair", "FLAIR MR of the head", .flair),
            tissues("brain-tissue-t2w", "T2-weighted MR of the head", Self.t2w), ventricles, nuclei, cerebellum, skull,
            bleeding, tumour("brain-tumour-flair", "FLAIR MR of the head", .flair, core: 1.25, oedema: 1.5),
            tumour("brain-tumour-t1w", "T1-weighted MR of the head", .t1w, core: 0.55, oedema: 0.72), spots,
        ]
    }

    private func task(
        _ name: String, _ modality: String, _ labels: [String],
        _ make: @escaping @Sendable (inout BrainScene) -> (signal: [Float], labels: [UInt8])
    ) -> SegmentationTask {
        let stripped = stripped
        return SegmentationTask(name: name, modality: modality, labels: labels) { seed, grid in
            var scene = BrainScene(seed: seed, grid: grid, stripped: stripped)
            let (signal, labels) = make(&scene)
            return Self.resonance(&scene, grid, signal, labels)
        }
    }

    private static func resonance(
        _ scene: inout BrainScene, _ grid: VoxelGrid, _ signal: [Float], _ labels: [UInt8]
    ) -> SegmentationTask.Sample {
        let regions = scene.regions
        let picture = TaskPicture(grid: grid, signal: signal, labels: labels, regions: regions)
        var sample = TaskScanner.sample(
            picture, texture: 8, noise: scene.random.between(6, 26), shading: scene.random.between(0.05, 0.2),
            gain: scene.random.between(0.6, 1.6), isMagnitude: true, &scene.random)
        if scene.stripped { for at in regions.indices where regions[at] == 0 { sample.image.voxels[at] = 0 } }
        return sample
    }

    private static func tomography(
        _ scene: inout BrainScene, _ grid: VoxelGrid, _ signal: [Float], _ labels: [UInt8]
    ) -> SegmentationTask.Sample {
        TaskScanner.sample(
            TaskPicture(grid: grid, signal: signal, labels: labels, regions: scene.regions), texture: 1.5,
            noise: scene.random.between(2, 6), shading: 0, gain: 1, isMagnitude: false, &scene.random)
    }

    private func tissues(_ name: String, _ modality: String, _ contrast: TissueContrast) -> SegmentationTask {
        task(name, modality, ["grey matter", "white matter", "fluid"]) { scene in
            (
                scene.signal(scene.varied(contrast, by: 0.07), scale: 500),
                Self.joined([scene.mask([.cortex, .nuclei]), scene.mask([.white, .gliosis]), scene.mask([.fluid])])
            )
        }
    }

    private var ventricles: SegmentationTask {
        task("ventricles-t1w", "T1-weighted MR of the head", ["ventricles"]) { scene in
            (scene.signal(scene.varied(.t1w, by: 0.07), scale: 500), scene.ventricles())
        }
    }

    private var nuclei: SegmentationTask {
        task("deep-nuclei-t1w", "T1-weighted MR of the head", ["basal ganglia and thalamus"]) { scene in
            (scene.signal(scene.varied(.t1w, by: 0.06), scale: 500), scene.mask([.nuclei]))
        }
    }

    private var cerebellum: SegmentationTask {
        task("cerebellum-t2w", "T2-weighted MR of the head", ["cerebellum and brain stem"]) { scene in
            (scene.signal(scene.varied(Self.t2w, by: 0.08), scale: 400), scene.hindbrain())
        }
    }

    /// Computed tomography shows the skull, whatever else is stripped.
    private var skull: SegmentationTask {
        SegmentationTask(
            name: "skull-ct", modality: "CT of the head", labels: ["skull", "brain"]
        ) { seed, grid in
            var scene = BrainScene(seed: seed, grid: grid, stripped: false)
            let labels = Self.joined([scene.mask([.bone], inBrain: false), scene.tissue.brain])
            let signal = scene.signal(scene.varied(Self.tomography, by: 0.08), scale: 1, air: -1000)
            return Self.tomography(&scene, grid, signal, labels)
        }
    }

    private var bleeding: SegmentationTask {
        SegmentationTask(name: "bleeding-ct", modality: "CT of the head", labels: ["bleeding"]) { seed, grid in
            var scene = BrainScene(seed: seed, grid: grid, stripped: false)
            var signal = scene.signal(scene.varied(Self.tomography, by: 0.05), scale: 1, air: -1000)
            var labels = [UInt8](repeating: 0, count: scene.count)
            let (brain, blood) = (scene.tissue.brain, scene.random.between(58, 78))
            for _ in 0..<(1 + Int(scene.random.unit() * 3)) {
                guard let centre = scene.place(in: brain) else { continue }
                scene.lump(around: centre, radiusMM: scene.random.between(4, 20)) { at, share in
                    guard brain[at] != 0 else { return }
                    signal[at] += (blood - signal[at]) * share
                    if share > 0.5 { labels[at] = 1 }
                }
            }
            return Self.tomography(&scene, grid, signal, labels)
        }
    }

    /// - Parameters: core and oedema: brightness relative to white matter's.
    private func tumour(
        _ name: String, _ modality: String, _ contrast: TissueContrast, core: Float, oedema: Float
    ) -> SegmentationTask {
        task(name, modality, ["tumour", "oedema"]) { scene in
            let own = scene.varied(contrast, by: 0.07)
            var signal = scene.signal(own, scale: 500)
            var labels = [UInt8](repeating: 0, count: scene.count)
            let white = scene.mask([.white])
            guard let centre = scene.place(in: white) else { return (signal, labels) }
            let brain = scene.tissue.brain
            let radius = scene.random.between(6, 19)
            let around = Float(own.white) * 500 * oedema * scene.random.between(0.92, 1.1)
            let inner = Float(own.white) * 500 * core * scene.random.between(0.85, 1.15)
            // Oedema keeps to the white matter.
            scene.lump(around: centre, radiusMM: radius * scene.random.between(1.2, 1.9)) { at, share in
                guard white[at] != 0 else { return }
                signal[at] += (around - signal[at]) * share
                if share > 0.5 { labels[at] = 2 }
            }
            let grain = WaveField(&scene.random, count: 8, wavelengthsMM: 4...12)
            scene.lump(around: centre, radiusMM: radius) { at, share in
                guard brain[at] != 0 else { return }
                let wave = grain(SIMD3(Float(at % 97), Float(at / 97 % 83), Float(at / 8051)))
                signal[at] += (inner * (1 + 0.12 * wave) - signal[at]) * share
                if share > 0.5 { labels[at] = 1 }
            }
            return (signal, labels)
        }
    }

    private var spots: SegmentationTask {
        task("white-matter-spots-flair", "FLAIR MR of the head", ["white-matter spots"]) { scene in
            let own = scene.varied(.flair, by: 0.06)
            var signal = scene.signal(own, scale: 500)
            var labels = [UInt8](repeating: 0, count: scene.count)
            let white = scene.mask([.white])
            for _ in 0..<(2 + Int(scene.random.unit() * 14)) {
                guard let centre = scene.place(in: white) else { continue }
                let bright = Float(own.gliosis) * 500 * scene.random.between(0.85, 1.05)
                scene.lump(around: centre, radiusMM: scene.random.between(1.5, 6)) { at, share in
                    guard white[at] != 0 else { return }
                    signal[at] += (bright - signal[at]) * share
                    if share > 0.5 { labels[at] = 1 }
                }
            }
            return (signal, labels)
        }
    }

    /// Masks as one map of labels; the first that holds counts.
    private static func joined(_ masks: [[UInt8]]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: masks[0].count)
        for (label, mask) in masks.enumerated().reversed() {
            for at in result.indices where mask[at] != 0 { result[at] = UInt8(label + 1) }
        }
        return result
    }
}
