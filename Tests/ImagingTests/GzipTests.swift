import Foundation
import Imaging
import Testing

/// What `NIfTIFile.write` packs, judged by gzip itself.
@Suite struct GzipTests {
    /// Several blocks of 1 MB, and a rest; background, a plateau, smooth and noisy voxels.
    private static let image: Volume = {
        let grid = VoxelGrid(shape: [101, 97, 83], affineRAS: .identity)
        var state: UInt64 = 7
        let voxels = (0..<grid.voxelCount).map { at -> Float in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            switch at * 4 / grid.voxelCount {
            case 0: return 0
            case 1: return 17
            case 2: return Float(at) / 3
            default: return Float(state >> 40)
            }
        }
        return Volume(grid: grid, voxels: voxels)
    }()

    private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

    private func gunzip(_ path: String) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["-dc", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let unpacked = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return unpacked
    }

    @Test func gzipUnpacksTheVeryFile() throws {
        try withTemporaryFolder { folder in
            try NIfTIFile.write(Self.image, to: folder + "/a.nii.gz", threads: 2)
            try NIfTIFile.write(Self.image, to: folder + "/a.nii")
            #expect(try gunzip(folder + "/a.nii.gz") == bytes(folder + "/a.nii"))
        }
    }

    /// Some readers stop at the end of the first member, so there must be one only: its length closes the file.
    @Test func fileIsOneMemberAndMuchSmallerThanItsBackground() throws {
        try withTemporaryFolder { folder in
            try NIfTIFile.write(Self.image, to: folder + "/a.nii.gz")
            let packed = try bytes(folder + "/a.nii.gz")
            let count = 352 + Self.image.voxels.count * 4
            let closing = packed.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            #expect(closing == count)
            #expect(packed.count < count * 2 / 3)
        }
    }

    @Test func bytesDoNotDependOnTheNumberOfThreads() throws {
        try withTemporaryFolder { folder in
            try NIfTIFile.write(Self.image, to: folder + "/a.nii.gz")
            for threads in [2, 3, 16] {
                try NIfTIFile.write(Self.image, to: folder + "/b.nii.gz", threads: threads)
                #expect(try bytes(folder + "/a.nii.gz") == bytes(folder + "/b.nii.gz"))
            }
        }
    }

    /// Header and voxels fill one block to its last byte, and a file has hardly more than its header.
    @Test(arguments: [SIMD3<Int>(179, 61, 24), SIMD3<Int>(1, 1, 1)]) func everySizeIsUnpacked(shape: SIMD3<Int>) throws
    {
        let grid = VoxelGrid(shape: shape, affineRAS: .identity)
        let image = Volume(grid: grid, voxels: (0..<grid.voxelCount).map { Float($0 % 1009) })
        try withTemporaryFolder { folder in
            try NIfTIFile.write(image, to: folder + "/a.nii.gz", threads: 2)
            try NIfTIFile.write(image, to: folder + "/a.nii")
            #expect(try gunzip(folder + "/a.nii.gz") == bytes(folder + "/a.nii"))
            #expect(try NIfTIFile.read(folder + "/a.nii.gz").volume == image)
        }
    }
}
