import ConvNet
import Foundation
import Imaging
import Screening
import Testing
import Training

@Suite struct FoldJobTests {
    /// Stripped brains, voxels of 2 mm: ellipsoids with noise, those of patients with a bright ball; one has no brain at all.
    private static func write(to root: String) throws {
        let shape: SIMD3<Int> = [72, 84, 72]
        let grid = VoxelGrid(shape: shape, affineRAS: Affine(spacing: [2, 2, 2], origin: [-71, -83, -71]))
        var rows = "participant_id\tgroup\n"
        for number in 0..<12 {
            var generator = SeededGenerator(seed: UInt64(number))
            var volume = Volume(grid: grid)
            for i in 0..<shape.x {
                for j in 0..<shape.y {
                    for k in 0..<shape.z {
                        let d = (SIMD3(Double(i), Double(j), Double(k)) - [35.5, 41.5, 35.5]) / 2
                        let e = d / [16, 19, 15]
                        guard (e * e).sum() < 1, number != 4 else { continue }
                        let ball = d - [6, 3, 4]
                        let bright = number % 2 == 1 && (ball * ball).sum() < 20
                        volume[i, j, k] = Float((400 + 60 * generator.uniform() + (bright ? 300 : 0)).rounded())
                    }
                }
            }
            let name = "sub-\(10 + number)"
            let folder = "\(root)/\(name)/anat"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try NIfTIFile.write(volume, to: "\(folder)/\(name)_T1w.nii")
            rows += "\(name)\t\(number % 2 == 1 ? "fcd" : "hc")\n"
        }
        try Data(rows.utf8).write(to: URL(filePath: root + "/participants.tsv"))
        try Data(#"{"Name":"Made up","BIDSVersion":"1.8.0"}"#.utf8)
            .write(to: URL(filePath: root + "/dataset_description.json"))
    }

    private static var settings: TrainingProtocol {
        var settings = Cohort.settings(epochs: 1)
        settings.network.stemStride = [2, 2, 2]
        settings.preparation.input = .stripped
        settings.preparation.foreground = .brain
        settings.preparation.spacingMM = 4
        settings.preparation.shape = [37, 45, 37]
        settings.folds.count = 2
        return settings
    }

    @Test func aFoldOfADataSetOnDiskIsTrained() throws {
        try withRunFolder { folder in
            try Self.write(to: folder + "/set")
            var leftOut: Set<String> = []
            for fold in 1...2 {
                var lines: [String] = []
                let job = FoldJob(
                    settings: Self.settings, data: folder + "/set", modality: .t1w, fold: fold,
                    folder: "\(folder)/run\(fold)", threads: 2)
                let summary = try job.run { lines.append($0) }
                #expect(summary.epochs == 1 && !summary.validationLogits.isEmpty)
                #expect(lines.first?.contains("T1w: 6 controls, 6 patients") == true)
                #expect(lines.contains { $0.hasPrefix("fold \(fold) of 2: ") })
                leftOut.formUnion(summary.leftOut.map { "\($0.subject) \($0.code)" })
                #expect(FileManager.default.fileExists(atPath: "\(folder)/run\(fold)/folds.json"))
            }
            // It tests in one fold, and is left out of training or validation in the other.
            #expect(leftOut == ["sub-14 FOREGROUND_EMPTY"])
        }
    }

    @Test func aFoldThatThePlanLacksIsRefused() throws {
        try withRunFolder { folder in
            try Self.write(to: folder + "/set")
            let job = FoldJob(
                settings: Self.settings, data: folder + "/set", modality: .t1w, fold: 3, folder: folder + "/run",
                threads: 1)
            let error = #expect(throws: TrainingError.self) { try job.run { _ in } }
            #expect(error?.code == .settingsInvalid)
        }
    }
}
