import ConvNet
import Foundation
import Imaging
import Screening

/// Tiny models and volumes made in code.
enum Samples {
    /// Cells of layer4: 3×3×3.
    static let shape: SIMD3<Int> = [33, 65, 65]
    static let architecture = Architecture(width: 2)

    static func plan() -> PreprocessingPlan {
        PreprocessingPlan(spacingMM: 1.5, shape: shape, foreground: .head)
    }

    static func manifest(
        modality: Modality = .t1w, status: ModelIdentity.Status = .demonstration, folds: [Int?] = []
    ) -> ModelManifest {
        ModelManifest(
            name: "tiny", version: "0.1", modality: modality, status: status, input: .fullHead,
            architecture: architecture, preprocessing: plan(),
            members: folds.map { ModelManifest.Member(file: "", sha256: "", fold: $0) }, threshold: 0.5,
            operatingPoint: OperatingPoint(sensitivity: 0.8, specificity: 0.7, subjects: 40, data: "made up"),
            training: ModelManifest.Training(method: "Seeded.", data: "None.", subjects: 0), limits: ["A test."])
    }

    static func states(_ count: Int, seed: UInt64 = 1) -> [[String: Tensor]] {
        (0..<count).map { ResNet3D.randomState(architecture, seed: seed + UInt64($0)) }
    }

    static func bundle(
        in folder: URL, members: Int = 3, modality: Modality = .t1w,
        status: ModelIdentity.Status = .demonstration
    ) throws -> ModelBundle {
        try ModelBundle.write(
            manifest: manifest(modality: modality, status: status), states: states(members),
            to: folder.appending(path: "\(modality.rawValue).fcdmodel").path)
    }

    /// A prepared volume of smooth waves, mean about 0, on a 1 mm grid away from the origin.
    static func prepared() -> PreparedVolume {
        var volume = Volume(
            grid: VoxelGrid(shape: shape, affineRAS: Affine(spacing: .one, origin: [-16, -40, -20])))
        for i in 0..<shape.x {
            for j in 0..<shape.y {
                for k in 0..<shape.z {
                    volume[i, j, k] = sin(Float(i) * 0.4) + cos(Float(j) * 0.23) * sin(Float(k) * 0.31 + 0.5)
                }
            }
        }
        return PreparedVolume(volume: volume, foregroundMean: 0, foregroundSD: 1, cutShare: 0, quality: [])
    }

    /// A map with the value 1 in one cell and 0 elsewhere, 3×3×3 cells of 16×32×32 mm.
    static func oneHot(at cell: SIMD3<Int>) -> RawMap {
        var map = RawMap(
            map: Tensor(shape: [1, 1, 3, 3, 3]),
            prepared: VoxelGrid(shape: shape, affineRAS: Affine(spacing: .one, origin: [-16, -40, -20])),
            stride: [16, 32, 32])
        map.volume[cell.x, cell.y, cell.z] = 1
        return map
    }

    /// A head of three shells in LAS, 2.5 mm voxels, with faint noise.
    static func head() -> Volume {
        var volume = Volume(
            grid: VoxelGrid(
                shape: [80, 96, 88],
                affineRAS: Affine(
                    column0: [-2.5, 0, 0], column1: [0, 2.5, 0], column2: [0, 0, 2.5],
                    translation: [100.5, -120, -110])))
        var noise: UInt32 = 1
        for i in 0..<volume.shape.x {
            for j in 0..<volume.shape.y {
                for k in 0..<volume.shape.z {
                    noise = noise &* 1_664_525 &+ 1_013_904_223
                    let p = volume.grid.affineRAS([Double(i), Double(j), Double(k)]) / [75, 95, 95]
                    let r = (p * p).sum().squareRoot()
                    let tissue: Float = r < 0.85 ? (r < 0.6 ? 520 : 430) : r < 0.92 ? 90 : r < 1 ? 700 : 0
                    volume[i, j, k] = tissue + Float(noise >> 28)
                }
            }
        }
        return volume
    }

    static func score(_ members: [Double], threshold: Double = 0.5) -> ModalityScore {
        ModalityScore(
            members: members.map { MemberScore(file: "", sha256: "", fold: nil, logits: [0, 0], score: $0) },
            threshold: threshold)
    }
}

/// Recorded expected values; `Tests/Fixtures/README.md` says where they come from.
enum Fixtures {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")

    static func path(_ name: String) -> String { root.appending(path: name).path }

    static func tensors(_ name: String) throws -> [String: Tensor] { try SafetensorsFile.read(path(name)) }
}

/// A folder that exists for one test.
func withTemporaryFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { _ = Result { try FileManager.default.removeItem(at: folder) } }
    try body(folder)
}

/// The error that a step must throw.
func failure(_ body: () throws -> Void) -> ScreeningError? {
    do {
        try body()
        return nil
    } catch {
        return error as? ScreeningError
    }
}
