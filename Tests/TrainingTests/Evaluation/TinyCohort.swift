import ConvNet
import Foundation
import Imaging
import Screening
import Training

/// A few heads of three shells, on disk, and networks small enough to run on them in no time.
struct TinyCohort {
    let folder: URL
    var subjects: [Subject]

    /// 196 × 228 × 228 mm.
    static let settings = {
        var settings = TrainingProtocol()
        settings.network.width = 2
        settings.network.stemStride = [2, 2, 2]
        settings.network.stageStrides = [1, 2, 1, 1]
        settings.network.stageDilations = [1, 1, 2, 4]
        settings.preparation.spacingMM = 4
        settings.preparation.shape = [49, 57, 57]
        settings.preparation.foreground = .head
        settings.preparation.cutLimit = 1
        settings.folds.count = 2
        return settings
    }()

    /// Where the lesion's middle is in every patient, RAS mm.
    static let lesion: SIMD3<Double> = [30, 10, 20]

    init(in folder: URL, pairs: Int) throws {
        self.folder = folder
        var subjects: [Subject] = []
        for number in 0..<(2 * pairs) {
            let isPatient = number % 2 == 1
            let id = "sub-\(number + 1)"
            let image = folder.appending(path: "\(id)_FLAIR.nii.gz").path
            let mask = folder.appending(path: "\(id)_roi.nii.gz").path
            let brain = folder.appending(path: "\(id)_brain.nii.gz").path
            try NIfTIFile.write(Self.head(UInt32(number), isIll: isPatient), to: image)
            try NIfTIFile.write(Self.ball(at: .zero, radiusMM: 60), to: brain)
            if isPatient { try NIfTIFile.write(Self.ball(at: Self.lesion, radiusMM: 12), to: mask) }
            subjects.append(
                Subject(
                    id: id, group: isPatient ? .fcd : .control,
                    scans: [
                        .flair: Subject.Scan(
                            image: image, mask: isPatient ? mask : nil, brain: brain, acquisition: "T2sel")
                    ],
                    attributes: isPatient ? ["severity": "0.\(number)", "lesion_ml": "\(number)"] : [:]))
        }
        self.subjects = subjects
    }

    static let grid = VoxelGrid(
        shape: [48, 60, 56],
        affineRAS: Affine(
            column0: [-4, 0, 0], column1: [0, 4, 0], column2: [0, 0, 4], translation: [94, -118, -108]))

    static func head(_ seed: UInt32, isIll: Bool) -> Volume {
        var volume = Volume(grid: grid)
        var noise = seed &+ 1
        for i in 0..<grid.shape.x {
            for j in 0..<grid.shape.y {
                for k in 0..<grid.shape.z {
                    noise = noise &* 1_664_525 &+ 1_013_904_223
                    let place = grid.affineRAS([Double(i), Double(j), Double(k)])
                    let p = place / [75, 95, 95]
                    let r = (p * p).sum().squareRoot()
                    let d = place - lesion
                    let tissue: Float = r < 0.85 ? (r < 0.6 ? 420 : 500) : r < 0.92 ? 90 : r < 1 ? 700 : 0
                    let extra: Float = isIll && (d * d).sum() < 144 ? 400 : 0
                    volume[i, j, k] = tissue + extra + Float(noise >> 28)
                }
            }
        }
        return volume
    }

    static func ball(at centre: SIMD3<Double>, radiusMM: Double) -> Volume {
        var volume = Volume(grid: grid)
        for i in 0..<grid.shape.x {
            for j in 0..<grid.shape.y {
                for k in 0..<grid.shape.z {
                    let d = grid.affineRAS([Double(i), Double(j), Double(k)]) - centre
                    volume[i, j, k] = (d * d).sum() < radiusMM * radiusMM ? 1 : 0
                }
            }
        }
        return volume
    }

    /// A bundle of random members.
    func bundle(members: Int = 2, named name: String = "tiny.fcdmodel") throws -> ModelBundle {
        try ModelBundle.write(
            manifest: ModelManifest(
                name: "tiny", version: "1", modality: .flair, status: .demonstration, input: .fullHead,
                architecture: Self.settings.architecture, preprocessing: Self.settings.plan, threshold: 0.5,
                training: ModelManifest.Training(method: "Seeded.", data: "None.", subjects: 0), limits: ["A test."]),
            states: (0..<members).map { Self.state(UInt64($0)) }, to: folder.appending(path: name).path)
    }

    static func state(_ seed: UInt64) -> [String: Tensor] {
        ResNet3D.randomState(settings.architecture, seed: seed)
    }

    /// The first half of the pairs tests in one fold, the second in the other; one pair validates.
    var plan: FoldPlan {
        let ids = subjects.map(\.id)
        let half = ids.count / 2
        func fold(test: [String], rest: [String]) -> FoldPlan.Fold {
            FoldPlan.Fold(
                train: rest.dropLast(2).sorted(), validation: rest.suffix(2).sorted(), test: test.sorted())
        }
        return FoldPlan(
            seed: 1,
            folds: [
                fold(test: Array(ids[..<half]), rest: Array(ids[half...])),
                fold(test: Array(ids[half...]), rest: Array(ids[..<half])),
            ])
    }

    /// Stands in for training: random weights, and validation logits that tell the groups apart.
    static func pretendToTrain(
        _ subjects: [Subject], _ fold: FoldPlan.Fold, _ index: Int
    ) -> TrainedFold {
        let groups = Dictionary(uniqueKeysWithValues: subjects.map { ($0.id, $0.group) })
        let logits = fold.validation.map { ($0, groups[$0] == .fcd ? [-1.0, 1] : [1, -1]) }
        return TrainedFold(
            state: state(UInt64(index) + 10), validationLogits: Dictionary(uniqueKeysWithValues: logits), epochs: 3)
    }
}

/// A folder that exists for one test.
func withCohort(pairs: Int, _ body: (TinyCohort) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "fcdwatch-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { _ = Result { try FileManager.default.removeItem(at: folder) } }
    try body(TinyCohort(in: folder, pairs: pairs))
}

extension ScanRow {
    /// A row of a test.
    static func sample(
        _ subject: String, _ group: Subject.Group, score: Double, members: [Double]? = nil, modality: Modality = .flair,
        threshold: Double = 0.5
    ) -> ScanRow {
        ScanRow(
            subject: subject, group: group, modality: modality, acquisition: "", score: score,
            memberScores: members ?? [score], threshold: threshold)
    }
}
