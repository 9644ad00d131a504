import ConvNet
import Imaging
import Screening
import Training

/// Tiny scans: noise, and in patients a bright ball at one place. Pairs share their noise.
enum Cohort {
    static let shape: SIMD3<Int> = [9, 11, 9]

    static func label(_ number: Int) -> String { "sub-\(100 + number)" }

    /// Controls have even numbers, patients odd ones; 2k and 2k + 1 are a pair.
    static func subjects(_ count: Int) -> [Subject] {
        (0..<count).map { number in
            Subject(
                id: label(number), group: number.isMultiple(of: 2) ? .control : .fcd,
                scans: [.flair: Subject.Scan(image: label(number))], attributes: ["pair": "p\(number / 2)"])
        }
    }

    static func scan(_ number: Int) -> CroppedScan {
        var generator = SeededGenerator(seed: UInt64(1000 + number / 2))
        var volume = Volume(grid: VoxelGrid(shape: shape, affineRAS: .identity))
        var mask = BinaryMask(shape: shape, values: [UInt8](repeating: 0, count: volume.voxels.count))
        for i in 0..<shape.x {
            for j in 0..<shape.y {
                for k in 0..<shape.z {
                    let at = volume.grid.offset(i, j, k)
                    let value = 100 + 10 * generator.normal()
                    let d = SIMD3(Double(i - 5), Double(j - 4), Double(k - 4))
                    let isLesion = !number.isMultiple(of: 2) && (d * d).sum() < 7
                    volume.voxels[at] = Float(isLesion ? value + 90 : value)
                    if (1..<8).contains(i), (1..<10).contains(j), (1..<8).contains(k) { mask.values[at] = 1 }
                }
            }
        }
        return CroppedScan(volume: volume, foreground: mask, background: 0)
    }

    static func store(_ count: Int) -> SampleStore {
        SampleStore(
            Dictionary(uniqueKeysWithValues: (0..<count).map { (label($0), scan($0)) }), subjects: subjects(count),
            modality: .flair)
    }

    /// The first `training` train, the others validate.
    static func fold(_ count: Int, training: Int) -> FoldPlan.Fold {
        FoldPlan.Fold(
            train: (0..<training).map(label), validation: (training..<count).map(label), test: [])
    }

    static func settings(epochs: Int, width: Int = 2) -> TrainingProtocol {
        var settings = TrainingProtocol()
        settings.network.width = width
        settings.fit.batch = 4
        settings.fit.epochs = epochs
        settings.fit.learningRate = 0.01
        return settings
    }
}
